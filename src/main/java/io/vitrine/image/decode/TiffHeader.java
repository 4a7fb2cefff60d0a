package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/**
 * A TIFF's first directory.
 *
 * @param palette colours as 0xRRGGBB, if {@code samples} are palette indices; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TiffHeader(
        int width,
        int height,
        int orientation,
        TiffSamples samples,
        TiffCompression compression,
        int[] palette,
        TiffParts parts)
        implements ImageHeader {
    private static final int MAX_SIDE = 1 << 30;
    private static final int MAX_COLOURS = 256;
    private static final int JPEG_XR = 0xbc01;

    /** A decoder is set up for each part, which takes as long, and as much of the heap, as these many pixels: the smallest tile. */
    private static final long SETUP_PIXELS = 256;

    /** A decoder is set up for each part, which takes as long as these many bytes of one. */
    private static final long XZ_SETUP_BYTES = 64;

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
    public long setupPixels() {
        boolean each = compression == TiffCompression.LZMA || compression == TiffCompression.JPEG;
        return each ? Saturated.product(parts.count(), SETUP_PIXELS) : 0;
    }

    @Override
    public long dataBytes() {
        return compression == TiffCompression.LZMA ? parts.dataBytes(XZ_SETUP_BYTES) : parts.dataBytes();
    }

    /** Whether libtiff must convert colours, or decompress. */
    boolean needsLibtiff() {
        boolean jpeg = compression == TiffCompression.JPEG && parts.planes() == 1;
        boolean colours = samples.kind() == TiffSamples.Kind.YCBCR && !jpeg && compression != TiffCompression.OLD_JPEG;
        return colours || compression == TiffCompression.CCITT;
    }

    static TiffHeader read(FileBytes file) throws ImageRejectedException {
        TiffTags tags = TiffTags.read(file);
        if (!tags.has(TiffTags.IMAGE_WIDTH) || !tags.has(TiffTags.IMAGE_LENGTH)) {
            throw new ImageRejectedException(
                    tags.directory().isTruncated() ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                    "TIFF directory lacks the image's width or length");
        }
        requireSeparateTags(tags, file);
        if (tags.has(JPEG_XR)) {
            throw new ImageRejectedException(RejectionReason.UNSUPPORTED, "JPEG XR is not supported");
        }
        TiffCompression compression = TiffCompression.of(tags.integer(TiffTags.COMPRESSION, 1));
        TiffSamples samples = TiffSamples.read(tags);
        int width = side(tags.integer(TiffTags.IMAGE_WIDTH, 0));
        int height = side(tags.integer(TiffTags.IMAGE_LENGTH, 0));
        boolean uncompressed = compression == TiffCompression.NONE && samples.kind() != TiffSamples.Kind.YCBCR;
        boolean empty = width < 1 || height < 1; // rejected by whoever reads the header
        return new TiffHeader(
                width,
                height,
                orientation(tags),
                samples,
                compression,
                samples.kind() == TiffSamples.Kind.PALETTE ? palette(tags) : new int[0],
                uncompressed
                        ? TiffRawParts.read(tags, file, empty ? 1 : width, empty ? 1 : height, samples)
                        : TiffCompressedParts.read(
                                tags.asInLibtiff(), file, empty ? 1 : width, empty ? 1 : height, samples));
    }

    private static int side(long pixels) {
        return (int) Math.min(pixels, MAX_SIDE);
    }

    /** Decoders copy the values of every tag. If tags share values, a small file asks for much memory. */
    private static void requireSeparateTags(TiffTags tags, FileBytes file) throws ImageRejectedException {
        if (tags.directory().entries() > TiffDirectory.MAX_ENTRIES) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "TIFF directory has " + tags.directory().entries() + " tags; the limit is "
                            + TiffDirectory.MAX_ENTRIES);
        }
        if (tags.directory().valueBytes() > file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "TIFF tags overlap: their values take " + tags.directory().valueBytes() + " bytes of a file of "
                            + file.length());
        }
    }

    /** The tag's, or that of the XMP packet if there is no tag. */
    private static int orientation(TiffTags tags) throws ImageRejectedException {
        long orientation = tags.first(TiffTags.ORIENTATION, 0);
        if (!tags.has(TiffTags.ORIENTATION)) {
            orientation = Orientation.inXmp(tags.bytes(TiffTags.XMP));
        }
        return orientation < 1 || orientation > 8 ? 1 : (int) orientation;
    }

    /** The colour map holds all reds, then all greens, then all blues, 16 bits each. Pillow keeps the high bytes. */
    private static int[] palette(TiffTags tags) throws ImageRejectedException {
        long values = tags.count(TiffTags.COLOR_MAP);
        if (values < 3 || values > 3 * MAX_COLOURS) {
            throw new ImageRejectedException(RejectionReason.CORRUPT, "TIFF has a colour map of " + values + " values");
        }
        int[] palette = new int[MAX_COLOURS];
        long colours = values / 3;
        for (int i = 0; i < colours; i++) {
            palette[i] = level(tags, i) << 16 | level(tags, colours + i) << 8 | level(tags, 2 * colours + i);
        }
        return palette;
    }

    private static int level(TiffTags tags, long index) throws ImageRejectedException {
        return (int) (tags.value(TiffTags.COLOR_MAP, index) >> 8) & 0xff;
    }
}
