package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/**
 * Checks the JPEGs within a TIFF before ImageIO decodes them, which believes their headers. libtiff has limits of its own: the
 * size of the strip, and 100 scans.
 */
final class TiffJpeg {
    private static final int OLD_STYLE = 6;
    private static final int JPEG = 7;
    private static final int MAX_SCANS = 32; // of each pixel
    private static final int SLACK =
            1 << 16; // pixels by which a JPEG may exceed its strip, which need not be whole blocks

    private TiffJpeg() {}

    /**
     * Does nothing if the TIFF has another compression.
     *
     * @throws ImageRejectedException if a JPEG is larger than its strip or tile, if it has too many scans, or if it is of the
     *     style before TIFF 6
     */
    static void check(FileBytes file, TiffHeader header) throws ImageRejectedException {
        TiffTags tags = TiffTags.read(file);
        long compression = tags.first(TiffTags.COMPRESSION, 1);
        if (compression == OLD_STYLE) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    "TIFF with old-style JPEG and photometric interpretation "
                            + header.samples().photometric() + " is not supported");
        }
        if (compression != JPEG) {
            return;
        }
        long scannedPixels = 0;
        for (long i = 0; i < header.parts().count(); i++) {
            int from = (int) tags.value(header.parts().offsetsTag(), i);
            JpegHeader jpeg = JpegHeader.read(
                    file.part(from, from + (int) tags.value(header.parts().lengthsTag(), i)));
            if ((long) jpeg.width() * jpeg.height() > header.parts().pixels() + SLACK) {
                throw new ImageRejectedException(
                        RejectionReason.CORRUPT,
                        "a TIFF's strip or tile of " + header.parts().pixels() + " pixels has a JPEG of " + jpeg.width()
                                + " x " + jpeg.height());
            }
            scannedPixels += jpeg.scannedPixels();
        }
        if (scannedPixels / MAX_SCANS > header.paddedPixels() + SLACK) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    "TIFF whose JPEGs have more than " + MAX_SCANS + " scans is not supported");
        }
    }
}
