package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says how an image is stored, and turns its pixels upright. */
final class Orientation {
    private static final int UPRIGHT = 1;
    private static final Pattern XMP = Pattern.compile("tiff:Orientation(=\"|>)([0-9])");

    private Orientation() {}

    /**
     * The orientation of an image, by Pillow's rules: what EXIF says counts, and XMP only if EXIF has no orientation.
     *
     * @param exif may start with {@code Exif\0\0}
     * @return 1 to 8; 1 if the image is upright, or nothing says how it is stored
     */
    static int of(Optional<FileBytes> exif, Optional<FileBytes> xmp) {
        OptionalInt fromExif = exif.map(Exif::orientation).orElse(OptionalInt.empty());
        return fromExif.orElseGet(() -> xmp.map(Orientation::inXmp).orElse(UPRIGHT));
    }

    /** The first orientation in an XMP packet: 1 to 8; 1 if it has none. */
    static int inXmp(FileBytes packet) {
        Matcher matcher =
                XMP.matcher(new String(packet.array(), packet.offset(), packet.length(), StandardCharsets.ISO_8859_1));
        int orientation = matcher.find() ? Integer.parseInt(matcher.group(2)) : UPRIGHT;
        return orientation >= 1 && orientation <= 8 ? orientation : UPRIGHT;
    }

    /**
     * Turns {@code image} upright.
     *
     * @param orientation how pixels are stored: 1 upright, 2 mirrored, 3 turned by 180 degrees, 4 flipped, 5 transposed, 6
     *     turned left, 7 transversed, 8 turned right
     * @return {@code image} itself if it is upright, else a copy
     */
    static RgbImage upright(RgbImage image, int orientation) {
        if (orientation == UPRIGHT) {
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
