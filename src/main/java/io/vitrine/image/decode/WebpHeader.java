package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageHeader.Route;

/** A WebP's first chunk: lossy (VP8), lossless (VP8L) or extended (VP8X). */
final class WebpHeader {
    private WebpHeader() {}

    static ImageHeader read(FileBytes bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes, true);
        if (in.matches(12, "VP8 ")) {
            return header(in.u16(26) & 0x3fff, in.u16(28) & 0x3fff, 1);
        } else if (in.matches(12, "VP8L")) {
            long bits = in.u32(21);
            return header((int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1, 1);
        } else if (in.matches(12, "VP8X")) {
            return header(in.u24(24) + 1, in.u24(27) + 1, orientation(in, bytes));
        }
        throw new ImageRejectedException(
                bytes.length() < 30 ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                "WebP has no known first chunk");
    }

    private static ImageHeader header(int width, int height, int orientation) {
        return new ImageHeader(ImageFormat.WEBP, width, height, orientation, Route.OPENCV);
    }

    private static int orientation(ByteReader in, FileBytes bytes) throws ImageRejectedException {
        int xmp = 0;
        for (long at = 12; at + 8 <= bytes.length(); at += 8 + (in.u32(at + 4) + 1 & ~1L)) {
            int end = (int) Math.min(bytes.length(), at + 8 + in.u32(at + 4));
            if (in.matches(at, "EXIF")) {
                int from = (int) at + 8 + (in.matches(at + 8, "Exif\0\0") ? 6 : 0);
                int orientation = Orientation.ofExif(bytes, from, end);
                if (orientation > 0) {
                    return orientation;
                }
            } else if (in.matches(at, "XMP ")) {
                xmp = Orientation.ofXmp(bytes, (int) at + 8, end);
            }
        }
        return Math.max(1, xmp);
    }

    /** Whether the RIFF container reaches past the end of the file. */
    static boolean isCut(FileBytes bytes) throws ImageRejectedException {
        return new ByteReader(bytes, true).u32(4) + 8 > bytes.length();
    }
}
