package io.vitrine.image.preprocess;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageDecoder;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;

/**
 * Preprocesses image files for the model: decode, turn upright, resize, crop, pad. The model's graph rescales and normalises. Not
 * thread-safe; keeps its buffers between images.
 */
public final class ImagePreprocessor implements AutoCloseable {
    private final Preprocessing preprocessing;
    private final ImageLimits limits;
    private final DecodeOptions options;
    private final ImageDecoder decoder = new ImageDecoder();
    private final PixelSteps steps;
    private final ResizedSizes resizedSizes;
    private long resizeNanos;

    public ImagePreprocessor(Preprocessing preprocessing, ImageLimits limits, DecodeOptions options) {
        this.preprocessing = preprocessing;
        this.limits = limits;
        this.options = options;
        this.steps = new PixelSteps(preprocessing);
        this.resizedSizes = new ResizedSizes(preprocessing, limits);
    }

    /**
     * Reads the header of a file.
     *
     * @throws ImageRejectedException if it cannot be read, or if the image exceeds the limits or the memory
     */
    public ImageHeader readHeader(FileBytes file) throws ImageRejectedException {
        try {
            return ImageHeader.read(file, limits, options.heic());
        } catch (RuntimeException e) { // for hostile files: one file must not end the run
            throw new ImageRejectedException(RejectionReason.CORRUPT, "the header cannot be read: " + e);
        } catch (OutOfMemoryError e) {
            throw outOfMemory("headers in " + file.length() + " bytes");
        }
    }

    /** Reads the header and preprocesses the image. */
    public PreprocessedImage preprocess(FileBytes file) throws ImageRejectedException {
        return preprocess(file, readHeader(file));
    }

    /**
     * Preprocesses an image whose header was read before.
     *
     * @param header the header of {@code file}
     * @return valid until the next call
     * @throws ImageRejectedException if the image cannot be decoded, or if it is too large for the limits or the memory
     */
    public PreprocessedImage preprocess(FileBytes file, ImageHeader header) throws ImageRejectedException {
        try {
            return decodeAndResize(file, header);
        } catch (RuntimeException e) { // for hostile files: one file must not end the run
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, header.format() + " data cannot be decoded: " + e);
        } catch (OutOfMemoryError e) {
            throw outOfMemory(header.width() + " x " + header.height() + " pixels");
        }
    }

    /** The time that resizing and cropping has taken so far, in nanoseconds. */
    public long resizeNanos() {
        return resizeNanos;
    }

    /** Gives the buffers back, which may be what is short. */
    private ImageRejectedException outOfMemory(String what) {
        steps.free();
        return new ImageRejectedException(
                RejectionReason.OUT_OF_MEMORY, what + " need more memory than this executor has left");
    }

    /** Frees native buffers. */
    @Override
    public void close() {
        decoder.close();
    }

    private PreprocessedImage decodeAndResize(FileBytes file, ImageHeader header) throws ImageRejectedException {
        Size fullSize = header.decodedSize(options.exif());
        int scaleDenominator = preprocessing
                .resizeTarget()
                .map(target -> options.scaleDenominator(header, target.of(fullSize)))
                .orElse(1);
        RgbImage image = decoder.decode(file, header, options.exif(), scaleDenominator);
        Size resizedSize = resizedSizes.of(scaleDenominator == 1 ? image.size() : fullSize);
        long start = System.nanoTime();
        PreprocessedImage resized = steps.run(image, resizedSize);
        resizeNanos += System.nanoTime() - start;
        return resized;
    }
}
