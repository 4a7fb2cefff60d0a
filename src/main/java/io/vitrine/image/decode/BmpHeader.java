package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.decode.ImageHeader.Route;

/** A BMP's info header, of OS/2 (12 bytes) or Windows. */
final class BmpHeader {
    private BmpHeader() {}

    static ImageHeader read(FileBytes bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes, true);
        return new ImageHeader(
                ImageFormat.BMP,
                isOs2(in) ? in.u16(18) : (int) in.u32(18),
                isOs2(in) ? in.u16(20) : Math.abs((int) in.u32(22)), // negative: stored from the top
                1,
                bits(in) == 16 ? Route.SAMPLES : Route.OPENCV); // OpenCV shifts 5 bits to 8, Pillow scales them
    }

    private static boolean isOs2(ByteReader in) throws ImageRejectedException {
        return in.u32(14) == 12;
    }

    private static int bits(ByteReader in) throws ImageRejectedException {
        return in.u16(isOs2(in) ? 24 : 28);
    }

    /** Whether the rows of an uncompressed file reach past its end. */
    static boolean isCut(FileBytes bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes, true);
        ImageHeader header = read(bytes);
        boolean compressed = !isOs2(in) && (in.u32(30) == 1 || in.u32(30) == 2); // run lengths
        long stride = ((long) header.width() * bits(in) + 31) / 32 * 4;
        return !compressed && in.u32(10) + stride * header.height() > bytes.length();
    }
}
