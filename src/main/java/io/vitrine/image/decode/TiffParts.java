package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The parts that a TIFF's pixels are stored in: strips of whole rows, or tiles. Each is decoded on its own. If samples are stored in
 * planes, each plane has parts of its own.
 *
 * @param tiled whether they are tiles
 * @param width of one part, in pixels
 * @param height of one part, in pixels
 * @param across parts in a row
 * @param down parts in a column
 * @param planes 1 if samples are interleaved
 * @param rowBytes decoded bytes of a part's row
 * @param paddedPixels of all parts, with those that fill up the last tile of a row or column
 * @param dataBytes encoded bytes of all parts. Parts may share bytes, so there can be more than the file has.
 * @param completeness truncated, if a part or the directory reaches past the end
 */
record TiffParts(
        boolean tiled,
        int width,
        int height,
        int across,
        int down,
        int planes,
        long rowBytes,
        long paddedPixels,
        long dataBytes,
        Completeness completeness)
        implements Serializable {
    private static final int SEPARATE = 2;
    private static final long ALL_ROWS = 0xffffffffL;
    private static final long NO_PART = -1;

    private static final Set<Integer> SINGLE = Set.of(
            TiffTags.IMAGE_WIDTH,
            TiffTags.IMAGE_LENGTH,
            TiffTags.SAMPLES_PER_PIXEL,
            TiffTags.ROWS_PER_STRIP,
            TiffTags.PLANAR_CONFIGURATION,
            TiffTags.TILE_WIDTH,
            TiffTags.TILE_LENGTH);
    private static final List<Integer> PER_SAMPLE =
            List.of(TiffTags.BITS_PER_SAMPLE, TiffTags.COMPRESSION, TiffTags.SAMPLE_FORMAT);
    private static final List<Integer> STRUCTURE = Stream.of(
                    SINGLE,
                    PER_SAMPLE,
                    List.of(
                            TiffTags.EXTRA_SAMPLES,
                            TiffTags.STRIP_OFFSETS,
                            TiffTags.STRIP_BYTE_COUNTS,
                            TiffTags.TILE_OFFSETS,
                            TiffTags.TILE_BYTE_COUNTS))
            .flatMap(Collection::stream)
            .toList();

    /** Parts of uncompressed samples. Like Pillow, does without their lengths. */
    static TiffParts uncompressed(TiffTags tags, FileBytes file, int width, int height, TiffSamples samples)
            throws ImageRejectedException {
        boolean tiled = !tags.has(TiffTags.STRIP_OFFSETS);
        if (tiled && !tags.has(TiffTags.TILE_OFFSETS)) {
            throw new ImageRejectedException(
                    tags.isTruncated() ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                    "TIFF directory lacks the place of its strips or tiles");
        }
        if (tiled && !(tags.has(TiffTags.TILE_WIDTH) && tags.has(TiffTags.TILE_LENGTH))) {
            throw corrupt("TIFF directory lacks the size of its tiles");
        }
        long partWidth = tiled ? tags.integer(TiffTags.TILE_WIDTH, 0) : width;
        long partHeight = tiled ? tags.integer(TiffTags.TILE_LENGTH, 0) : tags.integer(TiffTags.ROWS_PER_STRIP, height);
        if (tags.count(offsetsTag(tiled)) == 1 && samples.isMapped()) {
            // Pillow maps the file: from the only offset on, it holds the whole image
            TiffParts whole = of(tags, tiled, Math.max(width, partWidth), height, width, height, samples)
                    .checked(tags, file, width, height, samples);
            if (whole.planes == 1
                    && (whole.completeness == Completeness.COMPLETE || partHeight < 1 || partWidth <= width)) {
                return whole;
            }
        }
        return of(tags, tiled, partWidth, partHeight, width, height, samples)
                .checked(tags, file, width, height, samples);
    }

    /** Finds out whether the parts of uncompressed samples are complete. */
    private TiffParts checked(TiffTags tags, FileBytes file, int width, int height, TiffSamples samples)
            throws ImageRejectedException {
        long[] offsets = offsets(tags);
        boolean complete = true;
        for (int i = 0; i < offsets.length; i++) {
            complete &= offsets[i] == NO_PART || end(offsets[i], i, width, height, samples) <= file.length();
        }
        return with(0, complete ? Completeness.COMPLETE : Completeness.TRUNCATED);
    }

    /** Parts of compressed samples, as libtiff finds them. */
    static TiffParts compressed(TiffTags tags, FileBytes file, int width, int height, TiffSamples samples)
            throws ImageRejectedException {
        requireReadableTags(tags);
        boolean same = tags.first(TiffTags.IMAGE_WIDTH, 0) == width
                && tags.first(TiffTags.IMAGE_LENGTH, 0) == height
                && tags.first(TiffTags.BITS_PER_SAMPLE, 1) == samples.bits()
                && (tags.first(TiffTags.SAMPLES_PER_PIXEL, 1) == samples.count()
                        || tags.first(TiffTags.PLANAR_CONFIGURATION, 1) == SEPARATE);
        if (!same) {
            throw corrupt("TIFF directory has a tag twice, or some that cannot be read");
        }
        boolean tiled = tags.has(TiffTags.TILE_WIDTH) || tags.has(TiffTags.TILE_LENGTH);
        long rows = tags.first(TiffTags.ROWS_PER_STRIP, ALL_ROWS);
        if (!tiled && rows > Integer.MAX_VALUE && rows != ALL_ROWS) {
            throw corrupt("TIFF has " + rows + " rows in a strip");
        }
        TiffParts parts = of(
                tags,
                tiled,
                tiled ? tags.first(TiffTags.TILE_WIDTH, 0) : width,
                tiled ? tags.first(TiffTags.TILE_LENGTH, 0) : rows,
                width,
                height,
                samples);
        boolean complete = !tags.isTruncated();
        long count = Math.min(tags.count(parts.offsetsTag(tags)), parts.count());
        long dataBytes = count * tags.count(TiffTags.JPEG_TABLES); // go before each part
        for (long i = 0; i < count; i++) {
            long offset = tags.value(parts.offsetsTag(tags), i);
            long length = parts.length(tags, file, i, offset);
            dataBytes = saturatedSum(dataBytes, length);
            complete &= saturatedSum(offset, length) <= file.length();
        }
        return parts.with(dataBytes, complete ? Completeness.COMPLETE : Completeness.TRUNCATED);
    }

    /** libtiff does without other tags, but not without one of these that the directory has. */
    private static void requireReadableTags(TiffTags tags) throws ImageRejectedException {
        for (int tag : STRUCTURE) {
            if (tags.isUnreadable(tag) || SINGLE.contains(tag) && tags.count(tag) > 1) {
                throw corrupt("TIFF tag " + tag + " is unreadable, or has several values");
            }
        }
        long samples = tags.first(TiffTags.SAMPLES_PER_PIXEL, 1);
        for (int tag : PER_SAMPLE) {
            if (tags.count(tag) > 1 && tags.count(tag) < samples) {
                throw corrupt("TIFF tag " + tag + " has " + tags.count(tag) + " values for " + samples + " samples");
            }
        }
        long planar = tags.first(TiffTags.PLANAR_CONFIGURATION, 1);
        if (planar != 1 && planar != SEPARATE) {
            throw corrupt("TIFF has planar configuration " + planar);
        }
    }

    private static TiffParts of(
            TiffTags tags, boolean tiled, long partWidth, long partHeight, int width, int height, TiffSamples samples)
            throws ImageRejectedException {
        if (partWidth < 1 || partHeight < 1) {
            throw corrupt("TIFF has strips or tiles of " + partWidth + " x " + partHeight + " pixels");
        }
        boolean planar = tags.first(TiffTags.PLANAR_CONFIGURATION, 1) == SEPARATE && samples.count() > 1;
        long across = (width + partWidth - 1) / partWidth;
        long rows = tiled ? partHeight : Math.min(partHeight, height);
        long down = (height + rows - 1) / rows;
        return new TiffParts(
                tiled,
                (int) Math.min(partWidth, Integer.MAX_VALUE),
                (int) Math.min(rows, Integer.MAX_VALUE),
                (int) across,
                (int) down,
                planar ? samples.count() : 1,
                (partWidth * samples.bits() * (planar ? 1 : samples.count()) + 7) / 8,
                saturatedProduct(saturatedProduct(across, partWidth), saturatedProduct(down, rows)),
                0,
                Completeness.COMPLETE);
    }

    private TiffParts with(long dataBytes, Completeness completeness) {
        return new TiffParts(
                tiled, width, height, across, down, planes, rowBytes, paddedPixels, dataBytes, completeness);
    }

    /** Parts of all planes. */
    long count() {
        return (long) across * down * planes;
    }

    /** The encoded bytes, and {@code overhead} for each part. */
    long dataBytes(long overhead) {
        return saturatedSum(dataBytes, saturatedProduct(count(), overhead));
    }

    /** Rows of a part that lie within the image. */
    int rows(int row, int imageHeight) {
        return Math.min(height, imageHeight - row * height);
    }

    /** Pixels of a part's row that lie within the image. */
    int columns(int column, int imageWidth) {
        return Math.min(width, imageWidth - column * width);
    }

    /** Decoded bytes of a part. Only the last strip is shorter than the others. */
    long bytes(int row, int imageHeight) {
        return rowBytes * (tiled ? height : rows(row, imageHeight));
    }

    /**
     * The offset of each part of uncompressed samples, by plane, row and column; -1 without one. Of several for one part, Pillow
     * reads the last in the file.
     */
    long[] offsets(TiffTags tags) throws ImageRejectedException {
        long given = tags.count(offsetsTag());
        boolean one = across * down == 1 && planes == 1;
        long parts = (long) across * down;
        if (planes > 1 && given > parts * planes) {
            throw corrupt("TIFF has " + given + " strips or tiles, but " + planes + " planes of " + parts);
        }
        long[] offsets = new long[(int) Math.min(given, parts * planes)];
        Arrays.fill(offsets, NO_PART);
        for (long i = one ? given - 1 : 0; i < given; i++) {
            int part = (int) (planes > 1 ? i : i % parts);
            long offset = tags.value(offsetsTag(), i);
            if (offset < 0) {
                throw corrupt("TIFF has a strip or tile at " + Long.toUnsignedString(offset));
            }
            offsets[part] = Math.max(offsets[part], offset);
        }
        return offsets;
    }

    private long end(long offset, int part, int imageWidth, int imageHeight, TiffSamples samples)
            throws ImageRejectedException {
        int row = part / across % down;
        int columns = columns(part % across, imageWidth);
        long needed = ((long) columns * samples.bits() * (planes > 1 ? 1 : samples.count()) + 7) / 8;
        return saturatedSum(offset, saturatedProduct(stride(columns, samples), rows(row, imageHeight) - 1L) + needed);
    }

    /** Bytes from one row of uncompressed samples to the next. */
    long stride(int columns, TiffSamples samples) throws ImageRejectedException {
        long bits = (long) samples.bits() * (planes > 1 ? 1 : samples.count());
        long needed = (columns * bits + 7) / 8;
        long stride = columns < width ? width * bits / 8 : needed;
        if (stride < needed) {
            throw corrupt("TIFF has tiles whose rows are no whole bytes");
        }
        return stride;
    }

    /**
     * The data of a part of compressed samples.
     *
     * @throws ImageRejectedException if it is empty or reaches past the end
     */
    FileBytes data(TiffTags tags, FileBytes file, int plane, int row, int column) throws ImageRejectedException {
        long part = ((long) plane * down + row) * across + column;
        long offset = part < tags.count(offsetsTag(tags)) ? tags.value(offsetsTag(tags), part) : 0;
        long length = length(tags, file, part, offset);
        if (length <= 0 || offset < 0 || offset > file.length() - length) {
            throw corrupt("TIFF has a strip or tile of " + length + " bytes at " + offset + ", in a file of "
                    + file.length());
        }
        return file.part((int) offset, (int) (offset + length));
    }

    /** A single strip of unknown length reaches to the end. */
    private long length(TiffTags tags, FileBytes file, long part, long offset) throws ImageRejectedException {
        int tag = tags.has(TiffTags.STRIP_BYTE_COUNTS) || !tags.has(TiffTags.TILE_BYTE_COUNTS)
                ? TiffTags.STRIP_BYTE_COUNTS
                : TiffTags.TILE_BYTE_COUNTS;
        long length = part < tags.count(tag) ? tags.value(tag, part) : 0;
        boolean estimated =
                length == 0 && offset > 0 && (count() == 1 && !tiled || count() == planes && !tags.has(tag));
        if (estimated && tags.hasUnknownType()) {
            throw corrupt("TIFF directory lacks the length of its strip");
        }
        return estimated ? Math.max(0, file.length() - offset) : length;
    }

    private int offsetsTag() {
        return offsetsTag(tiled);
    }

    private static int offsetsTag(boolean tiled) {
        return tiled ? TiffTags.TILE_OFFSETS : TiffTags.STRIP_OFFSETS;
    }

    /** libtiff takes either tag. */
    private int offsetsTag(TiffTags tags) {
        return tags.has(offsetsTag()) ? offsetsTag() : TiffTags.STRIP_OFFSETS + TiffTags.TILE_OFFSETS - offsetsTag();
    }

    private static ImageRejectedException corrupt(String message) {
        return new ImageRejectedException(RejectionReason.CORRUPT, message);
    }

    /** Negative values, which are unsigned 64-bit ones in the file, count as too many. */
    private static long saturatedSum(long a, long b) {
        return a < 0 || b < 0 || a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static long saturatedProduct(long a, long b) {
        return a < 0 || b < 0 || Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }
}
