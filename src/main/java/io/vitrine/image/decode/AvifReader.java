package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.Optional;

/** Reads the boxes of an AVIF, with the verdicts of libavif as Pillow configures it. */
final class AvifReader {
    private final FileBytes file;

    private AvifReader(FileBytes file) {
        this.file = file;
    }

    static AvifHeader read(FileBytes file) throws ImageRejectedException {
        FileTypeBox type = FileTypeBox.read(file).orElseThrow();
        boolean needsItems = type.brands().contains("avif") || type.brands().contains("tmap");
        boolean needsTracks = type.brands().contains("avis");
        Optional<Box> meta = Optional.empty();
        Optional<Box> movie = Optional.empty();
        IsoCursor in = IsoCursor.of(file);
        while (needsItems && meta.isEmpty() || needsTracks && movie.isEmpty()) {
            Box box = in.box();
            if (box.is("meta")) {
                meta = unique(meta, box);
            } else if (box.is("moov")) {
                movie = unique(movie, box);
            } else if (box.is("ftyp") && box.start() > 16) {
                throw HeifItems.corrupt("file has two boxes ftyp");
            }
        }
        AvifReader reader = new AvifReader(file);
        Optional<HeifItems> items = Optional.empty();
        if (meta.isPresent()) {
            items = Optional.of(HeifItems.read(file, meta.get(), HeifCoding.AV1));
            reader.checkSizes(items.get());
        }
        boolean sequence = movie.isPresent() && !type.major().equals("avif");
        return sequence
                ? AvifTracks.read(file, movie.get())
                : reader.ofItems(items.orElseThrow(() -> HeifItems.corrupt("file has no items")));
    }

    private static Optional<Box> unique(Optional<Box> seen, Box box) throws ImageRejectedException {
        if (seen.isPresent()) {
            throw HeifItems.corrupt("file has two boxes " + box.type());
        }
        return Optional.of(box);
    }

    private void checkSizes(HeifItems items) throws ImageRejectedException {
        for (HeifItem item : items.all()) {
            if (item.isShown(HeifCoding.AV1)
                    && (item.property("ispe").isPresent() || !HeifProperties.isAlpha(file, item))) {
                HeifProperties.size(file, item);
            }
        }
    }

    private AvifHeader ofItems(HeifItems items) throws ImageRejectedException {
        HeifItem image = items.primary()
                .filter(item -> item.isShown(HeifCoding.AV1))
                .orElseThrow(() -> HeifItems.corrupt("file has no image"));
        HeifGrid grid = HeifGrid.read(file, items, image);
        HeifAlpha alphas = new HeifAlpha(file, items);
        Optional<HeifItem> alpha = alphas.item(image);
        HeifTiles alphaTiles = alphas.tiles(alpha, grid);
        int xmpOrientation = AvifMetadata.orientation(file, items, image);
        grid.checkDepths(file);
        return AvifHeader.of(
                file,
                new Size(grid.height(), grid.width()),
                grid.coded(),
                image.properties,
                alphaTiles,
                alpha.isPresent() && image.premultipliedBy == alpha.get().number,
                xmpOrientation);
    }
}
