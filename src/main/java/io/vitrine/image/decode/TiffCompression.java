package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** How the strips and tiles of a TIFF are compressed. */
enum TiffCompression {
    NONE,
    /** Facsimile: runs of black and white. */
    CCITT,
    LZW,
    /** JPEG as TIFF 6.0 first described it: one stream for all strips, or its tables in tags. */
    OLD_JPEG,
    JPEG,
    DEFLATE,
    PACK_BITS,
    LZMA,
    ZSTD;

    /**
     * @param code value of the tag
     * @throws ImageRejectedException if it has no decoder
     */
    static TiffCompression of(long code) throws ImageRejectedException {
        return switch ((int) Math.max(0, Math.min(code, Integer.MAX_VALUE))) {
            case 1 -> NONE;
            case 2, 3, 4, 32_771 -> CCITT;
            case 5 -> LZW;
            case 6 -> OLD_JPEG;
            case 7 -> JPEG;
            case 8, 32_946 -> DEFLATE;
            case 32_773 -> PACK_BITS;
            case 34_925 -> LZMA;
            case 50_000 -> ZSTD;
            default ->
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED,
                        "TIFF with compression " + code + name(code) + " is not supported");
        };
    }

    private static String name(long code) {
        return switch ((int) Math.max(0, Math.min(code, Integer.MAX_VALUE))) {
            case 32_766 -> " (NeXT)";
            case 32_809 -> " (ThunderScan)";
            case 32_909 -> " (PixarLog)";
            case 33_003, 33_005, 34_712 -> " (JPEG 2000)";
            case 34_661 -> " (JBIG)";
            case 34_676, 34_677 -> " (SGI LogLuv)";
            case 34_887 -> " (LERC)";
            case 34_933 -> " (PNG)";
            case 50_001 -> " (WebP)";
            case 50_002, 52_546 -> " (JPEG XL)";
            default -> "";
        };
    }

    /** Whether samples may be stored as differences. */
    boolean hasPredictor() {
        return this == LZW || this == DEFLATE || this == LZMA || this == ZSTD;
    }
}
