package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** EXIF orientation: where it is written, and turning pixels upright by it. */
final class Orientation {
    private static final int TAG = 274;
    private static final Pattern XMP = Pattern.compile("tiff:Orientation(=\"|>)([0-9])");

    private Orientation() {}

    /** The orientation in an EXIF block, from its byte-order mark on; 0 if it has none or is damaged. */
    static int ofExif(FileBytes bytes, int from, int to) {
        if (from >= to) {
            return 0;
        }
        try {
            return valid(TiffTags.read(bytes.part(from, to)).first(TAG, 0));
        } catch (ImageRejectedException e) {
            return 0; // damaged metadata costs the rotation, not the image
        }
    }

    /** The orientation in an XMP packet; 0 if it has none. */
    static int ofXmp(FileBytes bytes, int from, int to) {
        if (from >= to) {
            return 0;
        }
        Matcher matcher =
                XMP.matcher(new String(bytes.array(), bytes.offset() + from, to - from, StandardCharsets.ISO_8859_1));
        return matcher.find() ? valid(Long.parseLong(matcher.group(2))) : 0;
    }

    private static int valid(long orientation) {
        return orientation >= 1 && orientation <= 8 ? (int) orientation : 0;
    }

    /**
     * Turns {@code image} upright.
     *
     * @param orientation 1 none, 2 mirrored, 3 half turn, 4 flipped, 5 transposed, 6 stored turned left, 7 transversed, 8
     *     stored turned right
     */
    static RgbImage upright(RgbImage image, int orientation) {
        if (orientation == 1) {
            return image;
        }
        boolean turned = orientation >= 5;
        int width = turned ? image.height() : image.width();
        int height = turned ? image.width() : image.height();
        byte[] in = image.pixels();
        byte[] out = new byte[image.length()];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column =
                        switch (orientation) {
                            case 2, 3 -> image.width() - 1 - x;
                            case 4 -> x;
                            case 5, 6 -> y;
                            default -> image.width() - 1 - y;
                        };
                int row =
                        switch (orientation) {
                            case 2 -> y;
                            case 3, 4 -> image.height() - 1 - y;
                            case 5, 8 -> x;
                            default -> image.height() - 1 - x;
                        };
                int p = 3 * (row * image.width() + column);
                out[at++] = in[p];
                out[at++] = in[p + 1];
                out[at++] = in[p + 2];
            }
        }
        return new RgbImage(out, width, height);
    }
}
