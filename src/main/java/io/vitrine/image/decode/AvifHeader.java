package io.vitrine.image.decode;

import io.vitrine.Size;
import java.io.Serializable;
import java.util.List;

/**
 * The header of an AVIF.
 *
 * @param columns tiles per row
 * @param tiles the coded images that make it, row by row
 * @param alphaTiles the same of its alpha; empty if it has none
 * @param scannedPixels of all coded frames
 */
record AvifHeader(
        int width,
        int height,
        int orientation,
        YuvColour colour,
        Alpha alpha,
        int columns,
        List<Tile> tiles,
        List<Tile> alphaTiles,
        long paddedPixels,
        long scannedPixels)
        implements ImageHeader {
    AvifHeader {
        tiles = List.copyOf(tiles);
        alphaTiles = List.copyOf(alphaTiles);
    }

    enum Alpha {
        NONE,
        STRAIGHT,
        /** Colours are multiplied by it. */
        PREMULTIPLIED
    }

    /** A coded image. */
    record Tile(Size size, Av1Data data) implements Serializable {}

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
