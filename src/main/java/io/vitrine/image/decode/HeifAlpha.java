package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the alpha of an AVIF: an item of the whole image, or one of each tile. */
final class HeifAlpha {
    private final FileBytes file;
    private final HeifItems items;

    HeifAlpha(FileBytes file, HeifItems items) {
        this.file = file;
        this.items = items;
    }

    /** The item with the alpha of all of {@code image}. */
    Optional<HeifItem> item(HeifItem image) throws ImageRejectedException {
        for (HeifItem item : items.all()) {
            if (item.isShown(items.coding) && item.auxiliaryOf == image.number && HeifProperties.isAlpha(file, item)) {
                return Optional.of(item);
            }
        }
        return Optional.empty();
    }

    /** @param item with the alpha of the whole image, if there is one */
    HeifTiles tiles(Optional<HeifItem> item, HeifGrid grid) throws ImageRejectedException {
        return item.isPresent() ? ofImage(item.get(), grid) : ofTiles(grid);
    }

    private HeifTiles ofImage(HeifItem alpha, HeifGrid grid) throws ImageRejectedException {
        if (alpha.property("ispe").isEmpty()) {
            return HeifTiles.of(HeifGrid.tile(items, alpha, new Size(grid.height(), grid.width())));
        }
        HeifGrid alphaGrid = HeifGrid.read(file, items, alpha);
        if (alphaGrid.width() != grid.width() || alphaGrid.height() != grid.height()) {
            throw HeifItems.corrupt("alpha has another size than the image");
        }
        alphaGrid.checkDepths(file);
        return alphaGrid.coded();
    }

    /** The alpha of a grid, if each of its tiles has one of its own. */
    private HeifTiles ofTiles(HeifGrid grid) throws ImageRejectedException {
        List<HeifTile> tiles = new ArrayList<>();
        if (grid.tiles().size() == 1) {
            return HeifTiles.NONE;
        }
        for (HeifGrid.GridTile tile : grid.tiles()) {
            int before = tiles.size();
            for (HeifItem item : items.all()) {
                if (item.auxiliaryOf == tile.item().number && HeifProperties.isAlpha(file, item)) {
                    tiles.add(HeifGrid.tile(file, items, item));
                }
            }
            if (tiles.size() == before) {
                return HeifTiles.NONE;
            }
        }
        if (tiles.size() != grid.tiles().size()) {
            throw HeifItems.corrupt("grid has tiles with two alphas");
        }
        return new HeifTiles(grid.columns(), tiles);
    }
}
