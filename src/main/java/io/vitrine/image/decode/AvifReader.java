package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.decode.AvifHeader.Alpha;
import io.vitrine.image.decode.AvifHeader.Tile;
import io.vitrine.image.decode.AvifHeader.Tiles;
import io.vitrine.image.decode.HeifItems.Item;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads the boxes of an AVIF, with the verdicts of libavif as Pillow configures it. */
final class AvifReader {
    private static final String XMP = "application/rdf+xml";
    private static final int MAX_TILES = 256;
    /** Encoders store equal tiles once. */
    private static final int MAX_SHARING = 16;

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
            items = Optional.of(HeifItems.read(file, meta.get()));
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
        for (Item item : items.all()) {
            if (isShown(item) && (item.property("ispe").isPresent() || !HeifProperties.isAlpha(file, item))) {
                HeifProperties.size(file, item);
            }
        }
    }

    private AvifHeader ofItems(HeifItems items) throws ImageRejectedException {
        Item image =
                items.primary().filter(AvifReader::isShown).orElseThrow(() -> HeifItems.corrupt("file has no image"));
        Grid grid = grid(items, image);
        Optional<Item> alpha = Optional.empty();
        for (Item item : items.all()) {
            if (alpha.isEmpty()
                    && isShown(item)
                    && item.auxiliaryOf == image.number
                    && HeifProperties.isAlpha(file, item)) {
                alpha = Optional.of(item);
            }
        }
        Tiles alphaTiles = alpha.isPresent() ? alphaTiles(items, alpha.get(), grid) : alphaOfTiles(items, grid);
        boolean premultiplied = alpha.isPresent() && image.premultipliedBy == alpha.get().number;
        return header(
                file,
                grid,
                grid.tiles.stream().map(tile -> tile.item).toList(),
                image.properties,
                alphaTiles,
                premultiplied,
                xmpOrientation(items, image));
    }

    private static boolean isShown(Item item) {
        return item.length() > 0
                && !item.isUnsupported
                && item.thumbnailOf == 0
                && (item.type.equals("av01") || item.type.equals("grid"));
    }

    /** A grid of coded images; a single one is a grid of one tile. */
    private record Grid(int columns, int width, int height, List<GridTile> tiles) {
        Tiles coded() {
            return new Tiles(columns, tiles.stream().map(GridTile::tile).toList());
        }
    }

    private record GridTile(Item item, Tile tile) {}

    private Grid grid(HeifItems items, Item image) throws ImageRejectedException {
        if (!image.type.equals("grid")) {
            Tile tile = tile(items, image);
            return new Grid(1, tile.size().width(), tile.size().height(), List.of(new GridTile(image, tile)));
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
        for (Item item : items.all()) {
            if (item.tileOf == image.number) {
                if (!item.type.equals("av01") || item.isUnsupported) {
                    throw HeifItems.corrupt("grid has a tile of type " + item.type);
                }
                tiles.add(new GridTile(item, tile(items, item)));
            }
        }
        if (tiles.size() != rows * columns || tiles.size() > MAX_TILES) {
            throw HeifItems.corrupt("grid of " + rows * columns + " tiles has " + tiles.size());
        }
        tiles.sort(Comparator.comparingInt(tile -> tile.item.tileIndex));
        Grid grid = new Grid(
                columns, (int) Math.min(Integer.MAX_VALUE, width), (int) Math.min(Integer.MAX_VALUE, height), tiles);
        checkCover(grid, rows);
        return grid;
    }

    private static void checkCover(Grid grid, int rows) throws ImageRejectedException {
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

    private Tile tile(HeifItems items, Item item) throws ImageRejectedException {
        HeifProperties.refuseLayers(item);
        return new Tile(HeifProperties.size(file, item), items.data(item));
    }

    private Tiles alphaTiles(HeifItems items, Item alpha, Grid grid) throws ImageRejectedException {
        if (alpha.property("ispe").isEmpty()) {
            return Tiles.of(new Tile(new Size(grid.height, grid.width), items.data(alpha)));
        }
        Grid alphaGrid = grid(items, alpha);
        if (alphaGrid.width != grid.width || alphaGrid.height != grid.height) {
            throw HeifItems.corrupt("alpha has another size than the image");
        }
        for (GridTile tile : alphaGrid.tiles) {
            HeifProperties.depth(file, tile.item.properties);
        }
        return alphaGrid.coded();
    }

    /** The alpha of a grid, if each of its tiles has one of its own. */
    private Tiles alphaOfTiles(HeifItems items, Grid grid) throws ImageRejectedException {
        List<Tile> tiles = new ArrayList<>();
        if (grid.tiles.size() == 1) {
            return Tiles.NONE;
        }
        for (GridTile tile : grid.tiles) {
            int before = tiles.size();
            for (Item item : items.all()) {
                if (item.auxiliaryOf == tile.item.number && HeifProperties.isAlpha(file, item)) {
                    tiles.add(tile(items, item));
                }
            }
            if (tiles.size() == before) {
                return Tiles.NONE;
            }
        }
        if (tiles.size() != grid.tiles.size()) {
            throw HeifItems.corrupt("grid has tiles with two alphas");
        }
        return new Tiles(grid.columns, tiles);
    }

    /** The orientation that XMP gives, where nothing else does: 0 if it gives none. */
    private int xmpOrientation(HeifItems items, Item image) throws ImageRejectedException {
        int orientation = 0;
        long bytes = 0;
        for (Item item : items.all()) {
            if (item.describes != image.number || item.length() == 0 || item.isUnsupported) {
                continue;
            }
            bytes += item.length();
            if (bytes > file.length()) {
                throw HeifItems.corrupt("metadata share bytes");
            }
            if (item.type.equals("Exif")) {
                FileBytes exif = items.data(item).bytes(file);
                if (exif.length() < 8 || ByteReader.bigEndian(exif).u32(0) != endOfExifPrefix(exif)) {
                    throw HeifItems.corrupt("EXIF data has a wrong offset");
                }
                if (Exif.orientation(exif.part(4, exif.length())).isPresent()) {
                    return 1; // Pillow sets it to what rotation and mirroring amount to
                }
            } else if (item.type.equals("mime") && item.contentType.equals(XMP)) {
                FileBytes xmp = items.data(item).bytes(file);
                orientation = Orientation.inXmp(xmp);
            }
        }
        return orientation;
    }

    /** Bytes between the offset and the TIFF header, which both are checked. */
    private static int endOfExifPrefix(FileBytes exif) throws ImageRejectedException {
        for (int at = 4; at + 4 <= exif.length(); at++) {
            if (exif.matches(at, "II*\0") || exif.matches(at, "MM\0*")) {
                return at - 4;
            }
        }
        throw HeifItems.corrupt("EXIF data has no TIFF header");
    }

    /**
     * Checks the coded images.
     *
     * @param properties of the image
     * @param xmpOrientation what counts if the image is neither turned nor mirrored
     */
    static AvifHeader header(
            FileBytes file,
            Grid grid,
            List<Item> tileItems,
            List<Box> properties,
            Tiles alphaTiles,
            boolean premultiplied,
            int xmpOrientation)
            throws ImageRejectedException {
        for (Item item : tileItems) {
            HeifProperties.depth(file, item.properties);
        }
        return header(
                file,
                new Size(grid.height, grid.width),
                grid.coded(),
                properties,
                alphaTiles,
                premultiplied,
                xmpOrientation);
    }

    static AvifHeader header(
            FileBytes file,
            Size size,
            Tiles tiles,
            List<Box> properties,
            Tiles alphaTiles,
            boolean premultiplied,
            int xmpOrientation)
            throws ImageRejectedException {
        YuvColour colour = null;
        long padded = 0;
        long scanned = 0;
        List<Tile> all = new ArrayList<>(tiles.row());
        all.addAll(alphaTiles.row());
        if (all.stream().mapToLong(tile -> tile.data().length()).sum() > (long) MAX_SHARING * file.length()) {
            throw HeifItems.corrupt("image has tiles that share bytes more than " + MAX_SHARING + " times");
        }
        for (Tile tile : all) {
            Av1Sequence sequence = Av1Sequence.read(tile.data().bytes(file));
            if (sequence.width() != tile.size().width()
                    || sequence.height() != tile.size().height()) {
                throw new ImageRejectedException(
                        RejectionReason.UNSUPPORTED,
                        "an AVIF of " + tile.size().width() + " x "
                                + tile.size().height() + " pixels, coded as " + sequence.width() + " x "
                                + sequence.height());
            }
            colour = colour == null ? sequence.colour() : colour;
            long pixels = (long) sequence.width() * sequence.height();
            padded += tiles.row().contains(tile) ? pixels : 0;
            scanned += pixels * sequence.frames();
        }
        int turned = HeifProperties.orientation(file, properties);
        return new AvifHeader(
                size.width(),
                size.height(),
                turned == 1 && xmpOrientation > 0 ? xmpOrientation : turned,
                HeifProperties.colour(file, properties).orElse(colour),
                alphaTiles.row().isEmpty() ? Alpha.NONE : premultiplied ? Alpha.PREMULTIPLIED : Alpha.STRAIGHT,
                tiles,
                alphaTiles,
                padded,
                scanned);
    }
}
