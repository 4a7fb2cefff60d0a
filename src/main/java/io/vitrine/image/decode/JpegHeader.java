package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageHeader.Route;

/** Walks a JPEG's segments to its frame header. */
final class JpegHeader {
    private JpegHeader() {}

    static ImageHeader read(FileBytes bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes, false);
        int orientation = 0;
        int xmp = 0;
        long at = 2;
        while (true) {
            while (in.u8(at) != 0xff) {
                at++;
            }
            int marker = in.u8(at + 1);
            if (marker == 0xff) { // fill byte
                at++;
                continue;
            }
            if (marker == 0 || marker == 1 || marker >= 0xd0 && marker <= 0xd8) { // no length follows
                at += 2;
                continue;
            }
            if (marker == 0xd9 || marker == 0xda) {
                throw new ImageRejectedException(RejectionReason.CORRUPT, "JPEG has no frame header before its data");
            }
            int length = in.u16(at + 2);
            long data = at + 4;
            if (isFrame(marker)) {
                int components = in.u8(data + 5);
                if (components != 1 && components != 3 && components != 4) {
                    throw new ImageRejectedException(
                            RejectionReason.UNSUPPORTED, "JPEG with " + components + " components");
                }
                int exif = orientation == 0 ? xmp : orientation;
                return new ImageHeader(
                        ImageFormat.JPEG,
                        in.u16(data + 3),
                        in.u16(data + 1),
                        exif == 0 ? 1 : exif,
                        components == 4 ? Route.CMYK : Route.OPENCV);
            }
            int end = (int) Math.min(bytes.length(), at + 2 + length);
            if (marker == 0xe1 && in.matches(data, "Exif\0\0") && orientation == 0) {
                orientation = Orientation.ofExif(bytes, (int) data + 6, end);
            } else if (marker == 0xe1 && in.matches(data, "http://ns.adobe.com/xap/1.0/\0") && xmp == 0) {
                xmp = Orientation.ofXmp(bytes, (int) data + 29, end);
            }
            at += 2 + length;
        }
    }

    /** SOF0 to SOF15, but DHT, JPG and DAC. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    /**
     * Whether the file ends without an end-of-image marker after its scan began; one in an embedded thumbnail does not
     * count.
     */
    static boolean isCut(FileBytes bytes) throws ImageRejectedException {
        ByteReader in = new ByteReader(bytes, false);
        long at = 2;
        while (at + 3 < bytes.length() && in.u8(at + 1) != 0xda) {
            boolean segment = in.u8(at) == 0xff && in.u8(at + 1) > 1 && in.u8(at + 1) != 0xff;
            at += segment && (in.u8(at + 1) < 0xd0 || in.u8(at + 1) > 0xd8) ? 2 + in.u16(at + 2) : 1;
        }
        for (int i = bytes.length() - 2; i > at; i--) {
            if (bytes.at(i) == 0xff && bytes.at(i + 1) == 0xd9) {
                return false;
            }
        }
        return true;
    }
}
