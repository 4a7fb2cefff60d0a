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
record TiffHeader(int width, int height, int orientation, Samples samples, int[] palette, TiffParts parts)
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
        private static final int MAX_BITS = 16;
        private static final int MAX_GREY_BITS = 64;
        private static final int MAX_COUNT = 6; // Pillow's limit
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
                    || (bits <= MAX_BITS || count == 1 && bits <= MAX_GREY_BITS)
                            && count <= MAX_COUNT
                            && switch (photometric) {
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

    @Override
    public Completeness completeness() {
        return parts.completeness();
    }

    @Override
    public long paddedPixels() {
        return parts.paddedPixels();
    }

    @Override
    public long dataBytes() {
        return parts.dataBytes();
    }

    static TiffHeader read(FileBytes file) throws ImageRejectedException {
        TiffTags tags = TiffTags.read(file);
        if (!tags.has(TiffTags.IMAGE_WIDTH) || !tags.has(TiffTags.IMAGE_LENGTH)) {
            throw new ImageRejectedException(
                    tags.isTruncated() ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                    "TIFF directory lacks the image's width or length");
        }
        requireSeparateTags(tags, file);
        int orientation = (int) tags.first(TiffTags.ORIENTATION, 1);
        Samples samples = samples(tags);
        int width = (int) Math.min(tags.first(TiffTags.IMAGE_WIDTH, 0), MAX_SIDE);
        int height = (int) Math.min(tags.first(TiffTags.IMAGE_LENGTH, 0), MAX_SIDE);
        return new TiffHeader(
                width,
                height,
                orientation < 1 || orientation > 8 ? 1 : orientation,
                samples,
                samples.isPalette() ? palette(tags) : new int[0],
                TiffParts.read(tags, file, width, height));
    }

    /** Decoders copy the values of every tag. If tags share values, a small file asks for much memory. */
    private static void requireSeparateTags(TiffTags tags, FileBytes file) throws ImageRejectedException {
        if (tags.entries() > TiffTags.MAX_ENTRIES) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "TIFF directory has " + tags.entries() + " tags; the limit is " + TiffTags.MAX_ENTRIES);
        }
        if (tags.valueBytes() > file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "TIFF tags overlap: their values take " + tags.valueBytes() + " bytes of a file of "
                            + file.length());
        }
    }

    private static Samples samples(TiffTags tags) throws ImageRejectedException {
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
        return samples;
    }

    /** The colour map holds all reds, then all greens, then all blues, 16 bits each. Pillow keeps the high bytes. */
    private static int[] palette(TiffTags tags) throws ImageRejectedException {
        int[] palette = new int[256];
        long colours = tags.count(TiffTags.COLOR_MAP) / 3;
        for (int i = 0; i < Math.min(256, colours); i++) {
            palette[i] = level(tags, i) << 16 | level(tags, colours + i) << 8 | level(tags, 2 * colours + i);
        }
        return palette;
    }

    private static int level(TiffTags tags, long index) throws ImageRejectedException {
        return (int) (tags.value(TiffTags.COLOR_MAP, index) >> 8);
    }
}
