package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Bit masks that say where a BMP's pixels have their samples. */
final class BmpMasks {
    /** The compression of files with masks. */
    static final long COMPRESSION = 3;

    /** Three masks, which follow a header that has none. */
    static final int BYTES = 12;

    private static final int OFFSET = 54; // in the header or behind it
    private static final int HEADER_BYTES_WITH_ALPHA = 56;
    private static final long FIRST = 0xff;
    private static final long SECOND = 0xff00;
    private static final long THIRD = 0xff0000;
    private static final long FOURTH = 0xff000000L;

    /** Masks of red, green, blue and alpha that Pillow knows. */
    private static final Map<List<Long>, BmpPixels> OF_32_BITS = Map.of(
            List.of(THIRD, SECOND, FIRST, 0L), BmpPixels.BGRX,
            List.of(FOURTH, THIRD, SECOND, 0L), BmpPixels.XBGR,
            List.of(FOURTH, SECOND, FIRST, 0L), BmpPixels.BGXR,
            List.of(FOURTH, THIRD, SECOND, FIRST), BmpPixels.XBGR,
            List.of(FIRST, SECOND, THIRD, FOURTH), BmpPixels.RGBX,
            List.of(THIRD, SECOND, FIRST, FOURTH), BmpPixels.BGRX,
            List.of(FOURTH, SECOND, FIRST, THIRD), BmpPixels.BGXR,
            List.of(0L, 0L, 0L, 0L), BmpPixels.BGRX);

    private static final Map<List<Long>, BmpPixels> OF_24_BITS = Map.of(List.of(THIRD, SECOND, FIRST), BmpPixels.BGR);
    private static final Map<List<Long>, BmpPixels> OF_16_BITS = Map.of(
            List.of(0xf800L, 0x7e0L, 0x1fL), BmpPixels.BITS565, List.of(0x7c00L, 0x3e0L, 0x1fL), BmpPixels.BITS555);

    private BmpMasks() {}

    /** @throws ImageRejectedException if the masks are none of those that Pillow reads */
    static BmpPixels read(ByteReader in, long headerBytes, int bits) throws ImageRejectedException {
        long red = in.u32(OFFSET);
        long green = in.u32(OFFSET + 4);
        long blue = in.u32(OFFSET + 8);
        long alpha = headerBytes >= HEADER_BYTES_WITH_ALPHA ? in.u32(OFFSET + 12) : 0;
        BmpPixels pixels =
                switch (bits) {
                    case 32 -> OF_32_BITS.get(List.of(red, green, blue, alpha));
                    case 24 -> OF_24_BITS.get(List.of(red, green, blue));
                    case 16 -> OF_16_BITS.get(List.of(red, green, blue));
                    default -> null;
                };
        if (pixels == null) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    String.format(
                            Locale.ROOT,
                            "BMP of %d bits per pixel with the masks %x, %x, %x and %x is not supported",
                            bits,
                            red,
                            green,
                            blue,
                            alpha));
        }
        return pixels;
    }
}
