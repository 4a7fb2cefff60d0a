package io.vitrine.image;

import io.vitrine.Reason;
import io.vitrine.Rejected;
import io.vitrine.image.ImageHeader.Route;

/**
 * A TIFF's first directory.
 *
 * @param bits of the first sample
 * @param extra what the sample after the colours is: 0 unspecified, 1 premultiplied alpha, 2 alpha, -1 none
 * @param orientation of the file, which Pillow applies itself, whatever the caller asks
 */
record TiffHeader(int width, int height, int bits, int samples, int extra, int photometric, int orientation) {
    private static final int MAX_SIDE = 1 << 30;

    static ImageHeader read(byte[] bytes) throws Rejected {
        TiffHeader tiff = parse(bytes);
        boolean opencv = tiff.orientation == 1 && tiff.extra < 0 && !(tiff.samples == 1 && tiff.bits > 8);
        return new ImageHeader(
                ImageFormat.TIFF, tiff.width, tiff.height, tiff.orientation, opencv ? Route.OPENCV : Route.SAMPLES);
    }

    static TiffHeader parse(byte[] bytes) throws Rejected {
        TiffTags tags = TiffTags.read(bytes);
        if (!tags.has(256) || !tags.has(257)) {
            throw new Rejected(Reason.CORRUPT, "TIFF directory has no image width and length");
        }
        int orientation = (int) tags.first(274, 1);
        return new TiffHeader(
                (int) Math.min(tags.first(256, 0), MAX_SIDE),
                (int) Math.min(tags.first(257, 0), MAX_SIDE),
                (int) tags.first(258, 1),
                (int) tags.first(277, 1),
                (int) tags.first(338, -1),
                (int) tags.first(262, 0),
                orientation < 1 || orientation > 8 ? 1 : orientation);
    }

    /** Whether a strip or tile reaches past the end of the file, as far as the directory lists them. */
    static boolean isCut(byte[] bytes) throws Rejected {
        TiffTags tags = TiffTags.read(bytes);
        long strip = tags.first(273, tags.first(324, 0)) + tags.first(279, tags.first(325, 0));
        return tags.end() > bytes.length || strip > bytes.length;
    }
}
