package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;

/**
 * Decodes image files to the pixels of Pillow's {@code convert("RGB")}. If a decoder fails, no other is tried. Not thread-safe;
 * keeps its buffers between images.
 */
public final class ImageDecoder implements AutoCloseable {
    private final OpenCvDecoder openCv = new OpenCvDecoder();

    /**
     * Decodes one image. The result is valid until the next call.
     *
     * @param header the header of {@code file}
     * @param scaleDenominator what {@link DecodeOptions#scaleDenominator} returns: 1 for the full size
     * @throws ImageRejectedException if the file is truncated or corrupt
     */
    public RgbImage decode(FileBytes file, ImageHeader header, ExifOrientation exif, int scaleDenominator)
            throws ImageRejectedException {
        if (header.completeness() == Completeness.TRUNCATED) {
            throw truncated(file, header);
        }
        RgbImage image = ImageCodecs.of(header).decode(file, header, scaleDenominator, openCv);
        return exif == ExifOrientation.IGNORE || header.isAlwaysUpright()
                ? image
                : Orientation.upright(image, header.orientation());
    }

    /** Says that the file ends within its pixels. */
    static ImageRejectedException truncated(FileBytes file, ImageHeader header) {
        return new ImageRejectedException(
                RejectionReason.TRUNCATED,
                "the file ends after " + file.length() + " bytes, within the " + header.format() + " image of "
                        + header.width() + " x " + header.height() + " pixels");
    }

    /** Frees native buffers. */
    @Override
    public void close() {
        openCv.close();
    }
}
