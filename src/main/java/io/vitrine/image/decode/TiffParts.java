package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;

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
    static final int SEPARATE = 2;

    /** Divides an image. Bytes and completeness are still unknown. */
    static TiffParts of(
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
                Saturated.product(Saturated.product(across, partWidth), Saturated.product(down, rows)),
                0,
                Completeness.COMPLETE);
    }

    TiffParts with(long dataBytes, Completeness completeness) {
        return new TiffParts(
                tiled, width, height, across, down, planes, rowBytes, paddedPixels, dataBytes, completeness);
    }

    /** Parts of all planes. */
    long count() {
        return (long) across * down * planes;
    }

    /** The encoded bytes, and {@code overhead} for each part. */
    long dataBytes(long overhead) {
        return Saturated.sum(dataBytes, Saturated.product(count(), overhead));
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

    /** The tag that their offsets are in, if it is the right one. */
    int offsetsTag() {
        return offsetsTag(tiled);
    }

    static int offsetsTag(boolean tiled) {
        return tiled ? TiffTags.TILE_OFFSETS : TiffTags.STRIP_OFFSETS;
    }

    static ImageRejectedException corrupt(String message) {
        return new ImageRejectedException(RejectionReason.CORRUPT, message);
    }
}
