package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageHeader.Route;

/** Walks a PNG's chunks. */
final class PngHeader {
    private PngHeader() {}

    static ImageHeader read(FileBytes bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes, false);
        if (!in.matches(12, "IHDR")) {
            throw new ImageRejectedException(
                    bytes.length() < 29 ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                    "PNG does not begin with its header chunk");
        }
        long width = in.u32(16);
        long height = in.u32(20);
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "PNG header says " + width + " x " + height + " pixels");
        }
        int depth = in.u8(24);
        int type = in.u8(25);
        // Pillow clips 16-bit grey and keeps the high byte of 16-bit grey with alpha; OpenCV shifts the first.
        boolean deepGrey = depth == 16 && (type == 0 || type == 4);
        Chunks chunks = walk(in, bytes);
        return new ImageHeader(
                ImageFormat.PNG,
                (int) width,
                (int) height,
                chunks.orientation,
                deepGrey || !chunks.ended ? Route.SAMPLES : Route.OPENCV);
    }

    private record Chunks(int orientation, boolean ended) {}

    private static Chunks walk(ByteReader in, FileBytes bytes) throws ImageRejectedException {
        int orientation = 0;
        int xmp = 0;
        long at = 8;
        while (at + 8 <= bytes.length()) {
            long length = in.u32(at);
            int end = (int) Math.min(bytes.length(), at + 8 + length);
            if (in.matches(at + 4, "IEND")) {
                return new Chunks(orientation > 0 ? orientation : Math.max(1, xmp), true);
            } else if (in.matches(at + 4, "eXIf") && orientation == 0) {
                orientation = Orientation.ofExif(bytes, (int) at + 8, end);
            } else if (in.matches(at + 4, "iTXt") && in.matches(at + 8, "XML:com.adobe.xmp\0")) {
                xmp = Orientation.ofXmp(bytes, (int) at + 8, end);
            }
            at += 12 + length;
        }
        return new Chunks(orientation > 0 ? orientation : Math.max(1, xmp), false);
    }

    /** Whether a chunk reaches past the end of the file. A file that only lacks its end chunk is not cut. */
    static boolean isCut(FileBytes bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes, false);
        long at = 8;
        while (at < bytes.length()) {
            if (at + 8 > bytes.length() || at + 12 + in.u32(at) > bytes.length()) {
                return true;
            }
            if (in.matches(at + 4, "IEND")) {
                return false;
            }
            at += 12 + in.u32(at);
        }
        return false;
    }
}
