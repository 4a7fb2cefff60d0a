package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.AvifHeader.Tile;
import io.vitrine.image.decode.AvifHeader.Tiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the alpha of an AVIF: an item of the whole image, or one of each tile. */
final class AvifAlpha {
    private final FileBytes file;
    private final HeifItems items;

    AvifAlpha(FileBytes file, HeifItems items) {
        this.file = file;
        this.items = items;
    }

    /** The item with the alpha of all of {@code image}. */
    Optional<HeifItem> item(HeifItem image) throws ImageRejectedException {
        for (HeifItem item : items.all()) {
            if (item.isShown() && item.auxiliaryOf == image.number && HeifProperties.isAlpha(file, item)) {
                return Optional.of(item);
            }
        }
        return Optional.empty();
    }

    /** @param item with the alpha of the whole image, if there is one */
    Tiles tiles(Optional<HeifItem> item, AvifGrid grid) throws ImageRejectedException {
        return item.isPresent() ? ofImage(item.get(), grid) : ofTiles(grid);
    }

    private Tiles ofImage(HeifItem alpha, AvifGrid grid) throws ImageRejectedException {
        if (alpha.property("ispe").isEmpty()) {
            return Tiles.of(new Tile(new Size(grid.height(), grid.width()), items.data(alpha)));
        }
        AvifGrid alphaGrid = AvifGrid.read(file, items, alpha);
        if (alphaGrid.width() != grid.width() || alphaGrid.height() != grid.height()) {
            throw HeifItems.corrupt("alpha has another size than the image");
        }
        alphaGrid.checkDepths(file);
        return alphaGrid.coded();
    }

    /** The alpha of a grid, if each of its tiles has one of its own. */
    private Tiles ofTiles(AvifGrid grid) throws ImageRejectedException {
        List<Tile> tiles = new ArrayList<>();
        if (grid.tiles().size() == 1) {
            return Tiles.NONE;
        }
        for (AvifGrid.GridTile tile : grid.tiles()) {
            int before = tiles.size();
            for (HeifItem item : items.all()) {
                if (item.auxiliaryOf == tile.item().number && HeifProperties.isAlpha(file, item)) {
                    tiles.add(AvifGrid.tile(file, items, item));
                }
            }
            if (tiles.size() == before) {
                return Tiles.NONE;
            }
        }
        if (tiles.size() != grid.tiles().size()) {
            throw HeifItems.corrupt("grid has tiles with two alphas");
        }
        return new Tiles(grid.columns(), tiles);
    }
}
