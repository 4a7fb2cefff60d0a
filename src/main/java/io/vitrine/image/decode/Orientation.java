package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds EXIF orientations and turns pixels upright. */
final class Orientation {
    private static final Pattern XMP = Pattern.compile("tiff:Orientation(=\"|>)([0-9])");

    private Orientation() {}

    /**
     * Reads the orientation from an EXIF block.
     *
     * @param from offset of the block's byte-order mark
     * @param to offset of the block's end
     * @return 1 to 8; 0 if the block has none or is damaged
     */
    static int inExif(FileBytes file, int from, int to) {
        if (from >= to) {
            return 0;
        }
        try {
            return valid(TiffTags.read(file.part(from, to)).first(TiffTags.ORIENTATION, 0));
        } catch (ImageRejectedException e) {
            return 0; // with damaged metadata the image is kept, as stored
        }
    }

    /** Reads the orientation from an XMP packet: 1 to 8, or 0 if it has none. */
    static int inXmp(FileBytes file, int from, int to) {
        if (from >= to) {
            return 0;
        }
        Matcher matcher =
                XMP.matcher(new String(file.array(), file.offset() + from, to - from, StandardCharsets.ISO_8859_1));
        return matcher.find() ? valid(Long.parseLong(matcher.group(2))) : 0;
    }

    private static int valid(long orientation) {
        return orientation >= 1 && orientation <= 8 ? (int) orientation : 0;
    }

    /**
     * Turns {@code image} upright.
     *
     * @param orientation how pixels are stored: 1 upright, 2 mirrored, 3 turned by 180 degrees, 4 flipped, 5 transposed, 6
     *     turned left, 7 transversed, 8 turned right
     * @return {@code image} itself if it is upright, else a copy
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
