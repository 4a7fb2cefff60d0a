package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.io.Serializable;

/**
 * The parts that a TIFF's pixels are stored in: strips of whole rows, or tiles. Each is decoded on its own.
 *
 * @param tiled whether they are tiles
 * @param count of parts whose place is known
 * @param pixels of one part
 * @param paddedPixels of all parts, with those that fill up the last tile of a row or column
 * @param dataBytes encoded bytes of all parts. Parts may share bytes, so there can be more than the file has.
 * @param completeness truncated, if a part or a tag reaches past the end
 */
record TiffParts(boolean tiled, long count, long pixels, long paddedPixels, long dataBytes, Completeness completeness)
        implements Serializable {
    private static final int UNCOMPRESSED = 1;

    static TiffParts read(TiffTags tags, FileBytes file, int width, int height) throws ImageRejectedException {
        boolean tiled = tags.has(TiffTags.TILE_OFFSETS);
        long across = tiled ? tags.first(TiffTags.TILE_WIDTH, width) : width;
        long down = tiled ? tags.first(TiffTags.TILE_LENGTH, height) : tags.first(TiffTags.ROWS_PER_STRIP, height);
        across = Math.max(1, across);
        down = Math.max(1, tiled ? down : Math.min(down, height));
        int offsets = offsetsTag(tiled);
        int lengths = lengthsTag(tiled);
        long count = Math.min(tags.count(offsets), tags.count(lengths));
        long dataBytes = 0;
        boolean complete = !tags.isTruncated();
        for (long i = 0; i < count; i++) {
            long length = tags.value(lengths, i);
            dataBytes = saturatedSum(dataBytes, length);
            complete &= saturatedSum(tags.value(offsets, i), length) <= file.length();
        }
        if (tags.first(TiffTags.COMPRESSION, UNCOMPRESSED) != UNCOMPRESSED) {
            // libtiff takes all that follows for the data of a part of unknown length.
            dataBytes = saturatedSum(dataBytes, (tags.count(offsets) - count) * file.length());
        }
        return new TiffParts(
                tiled,
                count,
                saturatedProduct(across, down),
                saturatedProduct(roundedUp(width, across), roundedUp(height, down)),
                dataBytes,
                complete ? Completeness.COMPLETE : Completeness.TRUNCATED);
    }

    /** The tag with the parts' offsets. */
    int offsetsTag() {
        return offsetsTag(tiled);
    }

    private static int offsetsTag(boolean tiled) {
        return tiled ? TiffTags.TILE_OFFSETS : TiffTags.STRIP_OFFSETS;
    }

    /** The tag with the parts' lengths in bytes. */
    int lengthsTag() {
        return lengthsTag(tiled);
    }

    private static int lengthsTag(boolean tiled) {
        return tiled ? TiffTags.TILE_BYTE_COUNTS : TiffTags.STRIP_BYTE_COUNTS;
    }

    /** {@code side} rounded up to a multiple of {@code part}. */
    private static long roundedUp(long side, long part) {
        return part >= side ? part : (side + part - 1) / part * part;
    }

    /** Negative values, which are unsigned 64-bit ones in the file, count as too many. */
    private static long saturatedSum(long a, long b) {
        return a < 0 || b < 0 || a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static long saturatedProduct(long a, long b) {
        return a < 0 || b < 0 || Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }
}
