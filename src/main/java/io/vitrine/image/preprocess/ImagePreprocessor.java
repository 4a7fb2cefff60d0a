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
import io.vitrine.image.resample.FloatResampler;
import io.vitrine.image.resample.Resampler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One thread's way from file bytes to the pixels the model sees: decode, orient, resize, crop. Keeps its buffers.
 */
public final class ImagePreprocessor implements AutoCloseable {
    private final Preprocessing preprocessing;
    private final ImageLimits limits;
    private final DecodeOptions reading;
    private final ImageDecoder decoder = new ImageDecoder();
    private Resampler resampler = new Resampler();
    private FloatResampler floats = new FloatResampler();
    private byte[] pixels = new byte[0];

    public ImagePreprocessor(Preprocessing preprocessing, ImageLimits limits, DecodeOptions reading) {
        this.preprocessing = preprocessing;
        this.limits = limits;
        this.reading = reading;
    }

    /**
     * A preprocessed image.
     *
     * @param pixels (height, width, 3) bytes, or little-endian 32-bit floats where the preprocessing is {@link
     *     Preprocessing#inFloats}; valid until the next call
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Prepared(Size size, byte[] pixels) {}

    /** What the file says of itself, checked against the limits. */
    public ImageHeader header(FileBytes bytes) throws ImageRejectedException {
        try {
            return ImageHeader.read(bytes, limits);
        } catch (RuntimeException e) {
            throw new ImageRejectedException(RejectionReason.CORRUPT, "the header cannot be read: " + e);
        }
    }

    /**
     * Prepares one image.
     *
     * @throws ImageRejectedException if it has no pixels to give
     */
    public Prepared prepare(FileBytes bytes, ImageHeader header) throws ImageRejectedException {
        try {
            return decodeAndResize(bytes, header);
        } catch (RuntimeException e) { // whatever a decoder makes of hostile bytes, it costs this image only
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, header.format() + " data cannot be decoded: " + e);
        } catch (OutOfMemoryError e) {
            pixels = new byte[0];
            resampler = new Resampler();
            floats = new FloatResampler();
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    header.width() + " x " + header.height() + " pixels need more memory than this executor has left");
        }
    }

    /** Frees native buffers. */
    @Override
    public void close() {
        decoder.close();
    }

    private Prepared decodeAndResize(FileBytes bytes, ImageHeader header) throws ImageRejectedException {
        Size whole = reading.upright(header);
        int denominator = preprocessing.target() == null
                ? 1
                : reading.denominator(header, preprocessing.target().of(whole));
        RgbImage image = decoder.decode(bytes, header, reading.applyExif(), denominator);
        Size resized = resizedSize(denominator == 1 ? image.size() : whole);
        if (preprocessing.inFloats()) {
            return prepareFloats(image, resized);
        }
        if (preprocessing.target() != null) {
            image = resampler.resize(image, resized, preprocessing.filter());
        }
        Size size = preprocessing.crop() == null ? image.size() : preprocessing.crop();
        int length = 3 * size.height() * size.width();
        ensure(length);
        if (preprocessing.crop() == null) {
            System.arraycopy(image.pixels(), 0, pixels, 0, length);
        } else {
            CenterCrop.copy(image, size, pixels);
        }
        return new Prepared(size, pixels);
    }

    private Size resizedSize(Size from) throws ImageRejectedException {
        if (preprocessing.target() == null) {
            return from;
        }
        Size size = preprocessing.target().of(from);
        if ((long) size.height() * size.width() > limits.maxPixels()) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    "resized to " + size + " it has more than " + limits.maxPixels() + " pixels");
        }
        return size;
    }

    private Prepared prepareFloats(RgbImage image, Size size) {
        float[] values = floats.resize(image, size, preprocessing.filter(), preprocessing.factor());
        int count = Math.multiplyExact(3 * size.height(), size.width());
        ensure(Math.multiplyExact(4, count));
        ByteBuffer.wrap(pixels).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values, 0, count);
        return new Prepared(size, pixels);
    }

    private void ensure(int length) {
        if (pixels.length != length) {
            pixels = new byte[length];
        }
    }
}
