package io.vitrine.image.decode;

import io.vitrine.Size;
import java.io.Serializable;
import java.util.List;

/**
 * The header of an AVIF.
 *
 * @param tiles the coded images that make it
 * @param alphaTiles the same of its alpha; none if it has none
 * @param scannedPixels of all coded frames
 */
record AvifHeader(
        int width,
        int height,
        int orientation,
        YuvColour colour,
        Alpha alpha,
        Tiles tiles,
        Tiles alphaTiles,
        long paddedPixels,
        long scannedPixels)
        implements ImageHeader {
    enum Alpha {
        NONE,
        STRAIGHT,
        /** Colours are multiplied by it. */
        PREMULTIPLIED
    }

    /** A coded image. */
    record Tile(Size size, Av1Data data) implements Serializable {}

    /**
     * Coded images side by side.
     *
     * @param columns tiles per row
     * @param row the tiles, row by row
     */
    record Tiles(int columns, List<Tile> row) implements Serializable {
        static final Tiles NONE = new Tiles(1, List.of());

        Tiles {
            row = List.copyOf(row);
        }

        static Tiles of(Tile tile) {
            return new Tiles(1, List.of(tile));
        }

        long dataBytes() {
            return row.stream().mapToLong(tile -> tile.data.length()).sum();
        }
    }

    /** Tiles may share bytes. */
    @Override
    public long dataBytes() {
        return tiles.dataBytes() + alphaTiles.dataBytes();
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.AVIF;
    }

    /** Missing bytes are found while the header is read. */
    @Override
    public Completeness completeness() {
        return Completeness.COMPLETE;
    }
}
