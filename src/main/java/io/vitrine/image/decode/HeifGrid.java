package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A grid of coded images; a single one is a grid of one tile. */
record HeifGrid(int columns, int width, int height, List<GridTile> tiles) {
    private static final int MAX_TILES = 256;

    record GridTile(HeifItem item, HeifTile tile) {}

    Size size() {
        return new Size(height, width);
    }

    HeifTiles coded() {
        return new HeifTiles(columns, tiles.stream().map(GridTile::tile).toList());
    }

    /** Checks that the depths of all tiles are known. */
    void checkDepths(FileBytes file) throws ImageRejectedException {
        for (GridTile tile : tiles) {
            HeifProperties.depth(file, tile.item.properties);
        }
    }

    static HeifGrid read(FileBytes file, HeifItems items, HeifItem image) throws ImageRejectedException {
        if (!image.type.equals("grid")) {
            HeifTile tile = tile(file, items, image);
            return new HeifGrid(1, tile.size().width(), tile.size().height(), List.of(new GridTile(image, tile)));
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
                if (!item.type.equals(items.coding.item) || item.isUnsupported) {
                    throw HeifItems.corrupt("grid has a tile of type " + item.type);
                }
                tiles.add(new GridTile(item, tile(file, items, item)));
            }
        }
        if (tiles.size() != rows * columns || tiles.size() > MAX_TILES) {
            throw HeifItems.corrupt("grid of " + rows * columns + " tiles has " + tiles.size());
        }
        tiles.sort(Comparator.comparingInt(tile -> tile.item.tileIndex));
        HeifGrid grid = new HeifGrid(
                columns, (int) Math.min(Integer.MAX_VALUE, width), (int) Math.min(Integer.MAX_VALUE, height), tiles);
        checkCover(grid, rows, items.coding.minTileSide);
        return grid;
    }

    private static void checkCover(HeifGrid grid, int rows, int minTileSide) throws ImageRejectedException {
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
        if (!covers || Math.min(size.width(), size.height()) < minTileSide) {
            throw HeifItems.corrupt("grid of " + grid.width + " x " + grid.height + " pixels has tiles of "
                    + size.width() + " x " + size.height());
        }
    }

    /** The coded image of an item. */
    static HeifTile tile(FileBytes file, HeifItems items, HeifItem item) throws ImageRejectedException {
        HeifProperties.refuseLayers(item);
        return tile(items, item, HeifProperties.size(file, item));
    }

    /** The coded image of an item, of a size that the file does not give. */
    static HeifTile tile(HeifItems items, HeifItem item, Size size) throws ImageRejectedException {
        Box configuration = item.property(items.coding.configuration)
                .orElseThrow(() -> HeifItems.corrupt("item " + item.number + " has no configuration of its codec"));
        return new HeifTile(size, items.data(item), configuration);
    }
}
