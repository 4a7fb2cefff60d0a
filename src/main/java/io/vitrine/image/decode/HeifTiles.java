package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.YuvPlanes.Chroma;
import java.io.Serializable;
import java.util.List;

/**
 * Coded images side by side, which together may reach past the image that they make.
 *
 * @param columns tiles per row
 * @param row the tiles, row by row
 */
record HeifTiles(int columns, List<HeifTile> row) implements Serializable {
    static final HeifTiles NONE = new HeifTiles(1, List.of());

    /** Encoders store equal tiles once. */
    private static final int MAX_SHARING = 16;

    HeifTiles {
        row = List.copyOf(row);
    }

    static HeifTiles of(HeifTile tile) {
        return new HeifTiles(1, List.of(tile));
    }

    /** Decodes one tile. */
    interface Decoder {
        YuvPlanes decode(HeifTile tile) throws ImageRejectedException;
    }

    long dataBytes() {
        return row.stream().mapToLong(tile -> tile.data().length()).sum();
    }

    /** Refuses images whose tiles have the same bytes again and again. */
    static void checkSharing(long dataBytes, int fileBytes) throws ImageRejectedException {
        if (dataBytes > (long) MAX_SHARING * fileBytes) {
            throw HeifItems.corrupt("image has tiles that share bytes more than " + MAX_SHARING + " times");
        }
    }

    /** Decodes the tiles and puts them together to an image of {@code size}. */
    YuvPlanes decode(Size size, Decoder decoder) throws ImageRejectedException {
        if (row.size() == 1 && row.get(0).size().equals(size)) {
            return decoder.decode(row.get(0));
        }
        YuvPlanes whole = null;
        for (int i = 0; i < row.size(); i++) {
            HeifTile tile = row.get(i);
            YuvPlanes planes = decoder.decode(tile);
            if (whole == null) {
                whole = YuvPlanes.allocate(size.width(), size.height(), planes.depth(), planes.chroma());
                checkEven(planes);
            } else if (planes.depth() != whole.depth() || planes.chroma() != whole.chroma()) {
                throw HeifItems.corrupt("grid has tiles of different kinds");
            }
            paste(
                    planes,
                    whole,
                    i % columns * tile.size().width(),
                    i / columns * tile.size().height());
        }
        return whole;
    }

    /** Chroma of half the size needs tiles with even sides. */
    private static void checkEven(YuvPlanes tile) throws ImageRejectedException {
        if ((tile.width() & tile.chroma().shiftX) != 0 || (tile.height() & tile.chroma().shiftY) != 0) {
            throw HeifItems.corrupt("grid with chroma of half the size has tiles with odd sides");
        }
    }

    private static void paste(YuvPlanes tile, YuvPlanes whole, int left, int top) {
        Chroma chroma = whole.chroma();
        paste(tile.luma(), tile.width(), whole.luma(), whole.width(), left, top);
        if (chroma != Chroma.NONE) {
            int from = chroma.width(tile.width());
            int to = chroma.width(whole.width());
            paste(tile.blue(), from, whole.blue(), to, left >> chroma.shiftX, top >> chroma.shiftY);
            paste(tile.red(), from, whole.red(), to, left >> chroma.shiftX, top >> chroma.shiftY);
        }
    }

    /** Copies a tile to its place in a plane, as far as the plane reaches. */
    private static void paste(short[] tile, int tileWidth, short[] plane, int width, int left, int top) {
        int columns = Math.min(tileWidth, width - left);
        int rows = Math.min(tile.length / tileWidth, plane.length / width - top);
        for (int y = 0; y < rows; y++) {
            System.arraycopy(tile, y * tileWidth, plane, (top + y) * width + left, columns);
        }
    }
}
