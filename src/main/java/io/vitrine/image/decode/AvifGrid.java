package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.AvifHeader.Tile;
import io.vitrine.image.decode.AvifHeader.Tiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A grid of coded images; a single one is a grid of one tile. */
record AvifGrid(int columns, int width, int height, List<GridTile> tiles) {
    private static final int MAX_TILES = 256;

    record GridTile(HeifItem item, Tile tile) {}

    Tiles coded() {
        return new Tiles(columns, tiles.stream().map(GridTile::tile).toList());
    }

    /** Checks that the depths of all tiles are known. */
    void checkDepths(FileBytes file) throws ImageRejectedException {
        for (GridTile tile : tiles) {
            HeifProperties.depth(file, tile.item.properties);
        }
    }

    static AvifGrid read(FileBytes file, HeifItems items, HeifItem image) throws ImageRejectedException {
        if (!image.type.equals("grid")) {
            Tile tile = tile(file, items, image);
            return new AvifGrid(1, tile.size().width(), tile.size().height(), List.of(new GridTile(image, tile)));
        }
        FileBytes payload = items.data(image).bytes(file);
        if (payload.length() != 8 && payload.length() != 12 || payload.at(0) != 0) {
            throw HeifItems.corrupt("grid has " + payload.length() + " bytes");
        }
        boolean wide = (payload.at(1) & 1) != 0;
        if (wide != (payload.length() == 12)) {
            throw HeifItems.corrupt("grid has " + payload.length() + " bytes");
        }
        int rows = payload.at(2) + 1;
        int columns = payload.at(3) + 1;
        ByteReader in = ByteReader.bigEndian(payload);
        long width = wide ? in.u32(4) : in.u16(4);
        long height = wide ? in.u32(8) : in.u16(6);
        List<GridTile> tiles = new ArrayList<>();
        for (HeifItem item : items.all()) {
            if (item.tileOf == image.number) {
                if (!item.type.equals("av01") || item.isUnsupported) {
                    throw HeifItems.corrupt("grid has a tile of type " + item.type);
                }
                tiles.add(new GridTile(item, tile(file, items, item)));
            }
        }
        if (tiles.size() != rows * columns || tiles.size() > MAX_TILES) {
            throw HeifItems.corrupt("grid of " + rows * columns + " tiles has " + tiles.size());
        }
        tiles.sort(Comparator.comparingInt(tile -> tile.item.tileIndex));
        AvifGrid grid = new AvifGrid(
                columns, (int) Math.min(Integer.MAX_VALUE, width), (int) Math.min(Integer.MAX_VALUE, height), tiles);
        checkCover(grid, rows);
        return grid;
    }

    private static void checkCover(AvifGrid grid, int rows) throws ImageRejectedException {
        Size size = grid.tiles.get(0).tile.size();
        for (GridTile tile : grid.tiles) {
            if (!tile.tile.size().equals(size)) {
                throw HeifItems.corrupt("grid has tiles of different sizes");
            }
        }
        boolean covers = (long) size.width() * grid.columns >= grid.width
                && (long) size.height() * rows >= grid.height
                && (long) size.width() * (grid.columns - 1) < grid.width
                && (long) size.height() * (rows - 1) < grid.height;
        if (!covers || size.width() < 64 || size.height() < 64) {
            throw HeifItems.corrupt("grid of " + grid.width + " x " + grid.height + " pixels has tiles of "
                    + size.width() + " x " + size.height());
        }
    }

    /** The coded image of an item. */
    static Tile tile(FileBytes file, HeifItems items, HeifItem item) throws ImageRejectedException {
        HeifProperties.refuseLayers(item);
        return new Tile(HeifProperties.size(file, item), items.data(item));
    }
}
