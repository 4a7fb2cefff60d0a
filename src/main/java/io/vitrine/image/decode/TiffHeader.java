package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;

/**
 * A TIFF's first directory.
 *
 * @param palette colours as 0xRRGGBB, if {@code samples} are palette indices; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TiffHeader(int width, int height, int orientation, Samples samples, int[] palette, Completeness completeness)
        implements ImageHeader {
    private static final int MAX_SIDE = 1 << 30;

    /**
     * What a pixel consists of.
     *
     * @param bits per sample, of the first sample
     * @param count per pixel
     * @param extra meaning of the sample after the colours: 0 unspecified, 1 premultiplied alpha, 2 alpha, -1 none
     * @param photometric interpretation of the colours
     */
    record Samples(int bits, int count, int extra, int photometric) implements Serializable {
        private static final int NO_EXTRA = -1;
        private static final int PREMULTIPLIED = 1;
        private static final int WHITE_IS_ZERO = 0;
        private static final int BLACK_IS_ZERO = 1;
        private static final int RGB = 2;
        private static final int PALETTE = 3;
        private static final int CMYK = 5;
        private static final int YCBCR = 6;

        boolean isPalette() {
            return photometric == PALETTE;
        }

        boolean isCmyk() {
            return photometric == CMYK;
        }

        boolean isGrey() {
            return count == 1;
        }

        boolean isPremultiplied() {
            return extra == PREMULTIPLIED;
        }

        /** Up to 8 bits, without alpha: what OpenCV decodes as Pillow does. */
        boolean isPlain() {
            return bits <= 8
                    && extra <= NO_EXTRA
                    && switch (photometric) {
                        case WHITE_IS_ZERO, BLACK_IS_ZERO -> count == 1;
                        case RGB, YCBCR -> count == 3;
                        default -> false;
                    };
        }

        private boolean isSupported() {
            return isPlain()
                    || switch (photometric) {
                        case BLACK_IS_ZERO -> true;
                        case RGB -> count >= 3;
                        case PALETTE -> bits <= 8 && count == 1;
                        case CMYK -> (bits == 8 || bits == 16) && count >= 4;
                        default -> false;
                    };
        }
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.TIFF;
    }

    @Override
    public boolean isAlwaysUpright() {
        return true; // as in Pillow
    }

    static TiffHeader read(FileBytes file) throws ImageRejectedException {
        TiffTags tags = TiffTags.read(file);
        if (!tags.has(TiffTags.IMAGE_WIDTH) || !tags.has(TiffTags.IMAGE_LENGTH)) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "TIFF directory lacks the image's width or length");
        }
        int orientation = (int) tags.first(TiffTags.ORIENTATION, 1);
        Samples samples = new Samples(
                (int) tags.first(TiffTags.BITS_PER_SAMPLE, 1),
                (int) tags.first(TiffTags.SAMPLES_PER_PIXEL, 1),
                (int) tags.first(TiffTags.EXTRA_SAMPLES, Samples.NO_EXTRA),
                (int) tags.first(TiffTags.PHOTOMETRIC_INTERPRETATION, 0));
        if (!samples.isSupported()) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    "TIFF with photometric interpretation " + samples.photometric + " and " + samples.count
                            + " samples of " + samples.bits + " bits is not supported");
        }
        return new TiffHeader(
                (int) Math.min(tags.first(TiffTags.IMAGE_WIDTH, 0), MAX_SIDE),
                (int) Math.min(tags.first(TiffTags.IMAGE_LENGTH, 0), MAX_SIDE),
                orientation < 1 || orientation > 8 ? 1 : orientation,
                samples,
                samples.isPalette() ? palette(tags.all(TiffTags.COLOR_MAP)) : new int[0],
                completeness(tags, file));
    }

    /** The colour map holds all reds, then all greens, then all blues, 16 bits each. Pillow keeps the high bytes. */
    private static int[] palette(long[] map) {
        int[] palette = new int[256];
        int colours = map.length / 3;
        for (int i = 0; i < Math.min(256, colours); i++) {
            palette[i] = (int) (map[i] >> 8 << 16 | map[colours + i] >> 8 << 8 | map[2 * colours + i] >> 8);
        }
        return palette;
    }

    /** In a complete file no strip, tile or tag reaches past the end. */
    private static Completeness completeness(TiffTags tags, FileBytes file) {
        boolean tiled = tags.has(TiffTags.TILE_OFFSETS);
        long[] offsets = tags.all(tiled ? TiffTags.TILE_OFFSETS : TiffTags.STRIP_OFFSETS);
        long[] lengths = tags.all(tiled ? TiffTags.TILE_BYTE_COUNTS : TiffTags.STRIP_BYTE_COUNTS);
        for (int i = 0; i < Math.min(offsets.length, lengths.length); i++) {
            if (offsets[i] + lengths[i] > file.length()) {
                return Completeness.TRUNCATED;
            }
        }
        return tags.isTruncated() ? Completeness.TRUNCATED : Completeness.COMPLETE;
    }
}
