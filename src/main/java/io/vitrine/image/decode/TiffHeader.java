package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.decode.ImageHeader.Route;

/**
 * A TIFF's first directory.
 *
 * @param bits of the first sample
 * @param extra what the sample after the colours is: 0 unspecified, 1 premultiplied alpha, 2 alpha, -1 none
 * @param orientation of the file, which Pillow (and OpenCV) apply whatever the caller asks
 */
record TiffHeader(int width, int height, int bits, int samples, int extra, int photometric, int orientation) {
    private static final int MAX_SIDE = 1 << 30;

    static ImageHeader read(FileBytes bytes) throws ImageRejectedException {
        TiffHeader tiff = parse(bytes);
        return new ImageHeader(ImageFormat.TIFF, tiff.width, tiff.height, tiff.orientation, tiff.route());
    }

    /** OpenCV's libtiff rounds deep samples, palettes and inks otherwise than Pillow, and multiplies alpha in. */
    private Route route() throws ImageRejectedException {
        boolean plain = bits <= 8 && extra < 0;
        return switch (photometric) {
            case 0 -> plain && samples == 1 ? Route.OPENCV : unsupported();
            case 1 -> plain && samples == 1 ? Route.OPENCV : Route.SAMPLES;
            case 2 -> plain && samples == 3 ? Route.OPENCV : samples >= 3 ? Route.SAMPLES : unsupported();
            case 3 -> bits <= 8 && samples == 1 ? Route.SAMPLES : unsupported();
            case 5 -> (bits == 8 || bits == 16) && samples >= 4 ? Route.SAMPLES : unsupported();
            case 6 -> plain && samples == 3 ? Route.OPENCV : unsupported();
            default -> unsupported();
        };
    }

    private Route unsupported() throws ImageRejectedException {
        throw new ImageRejectedException(
                RejectionReason.UNSUPPORTED,
                "TIFF with photometric interpretation " + photometric + ", " + samples + " samples of " + bits
                        + " bits");
    }

    static TiffHeader parse(FileBytes bytes) throws ImageRejectedException {
        TiffTags tags = TiffTags.read(bytes);
        if (!tags.has(256) || !tags.has(257)) {
            throw new ImageRejectedException(RejectionReason.CORRUPT, "TIFF directory has no image width and length");
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

    /** Whether a strip or tile reaches past the end of the file. */
    static boolean isCut(FileBytes bytes) throws ImageRejectedException {
        TiffTags tags = TiffTags.read(bytes);
        boolean tiled = tags.has(324);
        long[] offsets = tags.all(tiled ? 324 : 273);
        long[] lengths = tags.all(tiled ? 325 : 279);
        for (int i = 0; i < Math.min(offsets.length, lengths.length); i++) {
            if (offsets[i] + lengths[i] > bytes.length()) {
                return true;
            }
        }
        return tags.isCut();
    }
}
