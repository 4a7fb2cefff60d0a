package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.Size;
import io.vitrine.image.decode.Completeness;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageFormat;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.preprocess.Preprocessing;

/** Prepares files for the kernels: parses them, removes the byte stuffing, plans their resize. Not thread-safe. */
final class ImagePreparation {
    /** Larger images exceed the arrays of the CPU path, which judges them. */
    private static final long MAX_PIXELS = 1 << 28;

    private final Preprocessing preprocessing;
    private final DecodeOptions options;
    private final ResizePlans plans;
    private final OutputForm form;
    private final long maxImageBytes;
    private final JpegParser parser;

    /**
     * @param maxImageBytes memory of the device that an image may take
     * @param maxDataBytes of a file, without byte stuffing
     */
    ImagePreparation(
            Preprocessing preprocessing,
            DecodeOptions options,
            ResizePlans plans,
            OutputForm form,
            long maxImageBytes,
            int maxDataBytes) {
        this.preprocessing = preprocessing;
        this.options = options;
        this.plans = plans;
        this.form = form;
        this.maxImageBytes = maxImageBytes;
        parser = new JpegParser(maxDataBytes);
    }

    /** Prepares a file, and adds its data to {@code stream}. A file that is handed over adds none. */
    PreparedImage prepare(FileBytes file, ImageHeader header, BatchStream stream) throws HandOverException {
        try {
            PreparedImage image = write(file, header, stream);
            stream.keep();
            return image;
        } finally {
            stream.drop();
        }
    }

    private PreparedImage write(FileBytes file, ImageHeader header, BatchStream stream) throws HandOverException {
        require(header.format() == ImageFormat.JPEG, HandOver.FORMAT);
        require(header.completeness() == Completeness.COMPLETE, HandOver.STRUCTURE);
        require((long) header.width() * header.height() <= MAX_PIXELS, HandOver.SIZE);
        Size upright = header.decodedSize(options.exif());
        boolean reduced = preprocessing.resizeTarget().isPresent()
                && options.scaleDenominator(
                                header, preprocessing.resizeTarget().get().of(upright))
                        != 1;
        require(!reduced, HandOver.PREPROCESSING);
        ResizePlan plan = plans.of(upright);
        ParsedJpeg jpeg = parser.parse(file, stream);
        boolean same = jpeg.frame().width() == header.width() && jpeg.frame().height() == header.height();
        require(same, HandOver.STRUCTURE);
        int orientation = options.exif() == ExifOrientation.APPLY ? header.orientation() : 1;
        PreparedImage image = new PreparedImage(jpeg, orientation, plan, stream.length(), (int) stream.written());
        require(ImageMemory.bytes(image, form) + LaunchLayout.SECTIONS_BYTES <= maxImageBytes, HandOver.SIZE);
        require(ImageMemory.structureBytes(image) <= DecodeService.MAX_STRUCTURE_BYTES, HandOver.SIZE);
        return image;
    }

    private static void require(boolean taken, HandOver otherwise) throws HandOverException {
        if (!taken) {
            throw new HandOverException(otherwise);
        }
    }
}
