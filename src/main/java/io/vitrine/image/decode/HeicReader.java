package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.decode.IsoCursor.Box;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the boxes of a HEIC: its primary image, and that image's alpha. Thumbnails, depths and gain maps are not looked at. */
final class HeicReader {
    private static final int UNSPECIFIED = 2;
    private static final Set<Integer> PRIMARIES = Set.of(1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22);
    private static final int MAX_TRANSFER = 18;

    private final FileBytes file;
    private final HeifItems items;

    private HeicReader(FileBytes file, HeifItems items) {
        this.file = file;
        this.items = items;
    }

    static HeicHeader read(FileBytes file) throws ImageRejectedException {
        boolean isSequence = false;
        IsoCursor in = IsoCursor.of(file);
        while (in.remaining() > 0) {
            Box box = in.box();
            if (box.is("meta")) {
                return new HeicReader(file, HeifItems.read(file, box, HeifCoding.HEVC)).header();
            }
            isSequence |= box.is("moov");
        }
        throw isSequence ? unsupported("sequence without a still image") : HeifItems.corrupt("file has no images");
    }

    private HeicHeader header() throws ImageRejectedException {
        checkItems();
        HeifItem image = items.primary().orElseThrow(() -> HeifItems.corrupt("file has no primary image"));
        HeifGrid grid = grid(image);
        HeifTiles alphaTiles = HeifTiles.NONE;
        Size alphaSize = grid.size();
        Optional<HeifItem> alpha = new HeifAlpha(file, items).item(image);
        if (alpha.isPresent()) {
            if (image.premultipliedBy == alpha.get().number) {
                throw unsupported("image whose colours are multiplied by alpha");
            }
            HeifGrid alphaGrid = grid(alpha.get());
            alphaTiles = alphaGrid.coded();
            alphaSize = alphaGrid.size();
        }
        HeifTiles tiles = grid.coded();
        HeifTiles.checkSharing(tiles.dataBytes() + alphaTiles.dataBytes(), file.length());
        HeicTransforms transforms = HeicTransforms.read(file, image.properties, grid.size());
        return new HeicHeader(
                grid.size(),
                transforms,
                colour(image, grid).orElse(YuvColour.UNNAMED),
                tiles,
                alphaTiles,
                alphaSize,
                decodedPixels(tiles) + decodedPixels(alphaTiles) + transforms.copiedPixels());
    }

    /** As in libheif, the data of all items must be in the file, and auxiliary items must say what they are. */
    private void checkItems() throws ImageRejectedException {
        for (HeifItem item : items.all()) {
            if (item.length() > 0) {
                items.data(item);
            }
            if (item.auxiliaryOf != 0 && item.property("auxC").isEmpty()) {
                throw HeifItems.corrupt("item " + item.number + " is auxiliary, but does not say in what");
            }
        }
    }

    private HeifGrid grid(HeifItem image) throws ImageRejectedException {
        if (!image.type.equals("grid") && !image.type.equals(HeifCoding.HEVC.item)) {
            throw unsupported("image of type " + image.type);
        } else if (image.isUnsupported) {
            throw unsupported("image with an unknown essential property");
        }
        HeifGrid grid = HeifGrid.read(file, items, image);
        if (!HeifProperties.size(file, image).equals(grid.size())) {
            throw HeifItems.corrupt(
                    "grid of " + grid.width() + " x " + grid.height() + " pixels has another size by its property");
        }
        for (HeifGrid.GridTile tile : grid.tiles()) {
            boolean isImage = tile.item() == image;
            if (!isImage
                    && !HeicTransforms.read(
                                    file, tile.item().properties, tile.tile().size())
                            .steps()
                            .isEmpty()) {
                throw unsupported("grid of tiles that are turned or cropped");
            }
        }
        return grid;
    }

    /** Checks the parameter sets of each tile. */
    private long decodedPixels(HeifTiles tiles) throws ImageRejectedException {
        long pixels = 0;
        for (HeifTile tile : tiles.row()) {
            HevcSequence sequence = HevcStream.read(file, tile).sequence();
            if (!sequence.shown().equals(tile.size())) {
                throw HeifItems.corrupt(
                        "image of " + tile.size().width() + " x " + tile.size().height()
                                + " pixels is coded as " + sequence.shown().width() + " x "
                                + sequence.shown().height());
            }
            pixels += (long) sequence.coded().width() * sequence.coded().height();
        }
        return pixels;
    }

    /** The colour space that the image names, else its first tile. */
    private Optional<YuvColour> colour(HeifItem image, HeifGrid grid) throws ImageRejectedException {
        Optional<YuvColour> colour = colour(image.properties);
        return colour.isPresent() ? colour : colour(grid.tiles().get(0).item().properties);
    }

    /** The colour space that the properties name; empty if they leave all of it open. */
    private Optional<YuvColour> colour(List<Box> properties) throws ImageRejectedException {
        for (Box property : properties) {
            IsoCursor in = IsoCursor.in(file, property);
            if (!property.is("colr")) {
                continue;
            }
            String kind = in.code();
            if (kind.equals("nclc")) {
                throw unsupported("image with colours as in QuickTime");
            } else if (kind.equals("nclx")) {
                int primaries = in.u16();
                int transfer = in.u16();
                int matrix = in.u16();
                boolean full = in.u8() >> 7 != 0;
                if (!PRIMARIES.contains(primaries) || transfer < 1 || transfer == 3 || transfer > MAX_TRANSFER) {
                    throw HeifItems.corrupt(
                            "image has colour primaries " + primaries + " and transfer characteristics " + transfer);
                }
                boolean open = full && primaries == UNSPECIFIED && transfer == UNSPECIFIED && matrix == UNSPECIFIED;
                return open ? Optional.empty() : Optional.of(YuvColour.of(primaries, matrix, full));
            }
        }
        return Optional.empty();
    }

    private static ImageRejectedException unsupported(String what) {
        return new ImageRejectedException(RejectionReason.UNSUPPORTED, "a HEIC " + what);
    }
}
