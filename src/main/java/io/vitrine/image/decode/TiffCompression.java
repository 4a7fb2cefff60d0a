package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** How the strips and tiles of a TIFF are compressed. */
enum TiffCompression {
    NONE,
    /** Facsimile: runs of black and white. */
    CCITT,
    LZW,
    JPEG,
    DEFLATE,
    PACK_BITS,
    LZMA,
    ZSTD;

    private static final int OLD_JPEG = 6;

    /**
     * @param code value of the tag
     * @throws ImageRejectedException if it has no decoder, as JPEG of the style before TIFF 6
     */
    static TiffCompression of(long code) throws ImageRejectedException {
        return switch ((int) Math.max(0, Math.min(code, Integer.MAX_VALUE))) {
            case 1 -> NONE;
            case 2, 3, 4, 32_771 -> CCITT;
            case 5 -> LZW;
            case 7 -> JPEG;
            case 8, 32_946 -> DEFLATE;
            case 32_773 -> PACK_BITS;
            case 34_925 -> LZMA;
            case 50_000 -> ZSTD;
            default ->
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED,
                        "TIFF with compression " + code + (code == OLD_JPEG ? " (old-style JPEG)" : "")
                                + " is not supported");
        };
    }

    /** Whether samples may be stored as differences. */
    boolean hasPredictor() {
        return this == LZW || this == DEFLATE || this == LZMA || this == ZSTD;
    }
}
