package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Walks through the tile-parts of a codestream. A tile comes when its last part was read; those that never say which part is the
 * last come at the end. What OpenJPEG refuses is refused, such as a codestream without end marker; tiles may be missing.
 */
final class TileParts {
    private static final int SOT_BYTES = 12;

    private final ByteCursor in;
    private final int fileBytes;
    private final ImageGrid grid;
    private final TileParameters defaults;
    private final HeaderBytes packedHeaders;
    private final boolean packed;
    private final Map<Integer, TileState> tiles = new HashMap<>();
    private boolean ended;
    private boolean endMissing;
    private boolean lastPart;
    private int current;

    /** @param in behind the first SOT marker */
    TileParts(ByteCursor in, MainHeader header) throws ImageRejectedException {
        this.in = in;
        this.fileBytes = in.position() + in.left();
        this.grid = header.grid();
        this.defaults = header.parameters();
        this.packed = !header.packedHeaders().isEmpty();
        this.packedHeaders = packed ? header.packedHeaders().ofImage() : null;
    }

    /** The next tile; empty if there are no more. */
    Optional<TilePart> next() throws ImageRejectedException {
        if (endMissing) {
            throw Damage.truncated(fileBytes, "the end marker");
        }
        boolean complete = false;
        while (!complete && !ended) {
            complete = readPart();
            if (!complete && !ended) {
                readNextMarker(complete);
            }
        }
        if (!complete) {
            while (current < grid.tiles() && !hasData(current)) {
                current++;
            }
            if (current == grid.tiles()) {
                return Optional.empty();
            }
        } else if (!hasData(current)) {
            throw Damage.corrupt("tile " + current + " has no data");
        }
        TilePart tile = tiles.get(current).take(current, packedHeaders);
        if (complete) {
            readNextMarker(complete);
        }
        return Optional.of(tile);
    }

    private boolean hasData(int tile) {
        return tiles.containsKey(tile) && tiles.get(tile).hasData();
    }

    /** Reads the marker between tile-parts: the start of the next one, or the end. */
    private void readNextMarker(boolean tileComplete) throws ImageRejectedException {
        if (in.left() < 2 && !tileComplete && endsWithOpenTile()) {
            ended = true;
            return;
        }
        int marker = in.u16();
        if (marker == (0xff00 | Marker.EOC)) {
            current = 0;
            ended = true;
        } else if (marker != (0xff00 | Marker.SOT)) {
            if (tileComplete && in.left() == 0) {
                endMissing = true;
            } else {
                throw Damage.corrupt(String.format("0x%04x behind the data of tile %d", marker, current));
            }
        }
    }

    /** OpenJPEG needs no end marker behind the last tile if a tile does not say how many parts it has. */
    private boolean endsWithOpenTile() {
        if (current + 1 != grid.tiles()) {
            return false;
        }
        for (int i = 0; i < grid.tiles(); i++) {
            if (tiles.containsKey(i) && tiles.get(i).isOpen()) {
                current = i;
                return true;
            }
        }
        return false;
    }

    /**
     * Reads a tile-part, from behind its SOT marker on.
     *
     * @return whether it is the last one of its tile
     */
    private boolean readPart() throws ImageRejectedException {
        FileBytes start = MainHeader.segment(in);
        if (start.length() != 8) {
            throw Damage.corrupt("an SOT marker of " + start.length() + " bytes");
        }
        ByteCursor fields = new ByteCursor(start, 0);
        current = fields.u16();
        long length = fields.u32();
        if (current >= grid.tiles() || length != 0 && length < 14 && length != SOT_BYTES) {
            throw Damage.corrupt("a part of " + length + " bytes of tile " + current + " of " + grid.tiles());
        }
        TileState tile = tiles.computeIfAbsent(current, number -> new TileState(defaults));
        lastPart |= length == 0;
        boolean complete = tile.startPart(fields.u8(), fields.u8());
        long left = readHeader(tile, lastPart ? 0 : length - SOT_BYTES);
        if (lastPart) {
            left = Math.max(0, in.left() - 2); // without the end marker
        }
        if (left > in.left()) {
            throw Damage.truncated(fileBytes, "tile " + current);
        }
        tile.addData(in.part(left));
        return complete;
    }

    /** Reads markers up to the data. Returns how many bytes those have, if {@code left} were left for both. */
    private long readHeader(TileState tile, long left) throws ImageRejectedException {
        while (true) {
            int marker = in.u16();
            if (marker == (0xff00 | Marker.SOD)) {
                return left >= 2 ? left - 2 : left;
            }
            int start = in.position();
            if (marker < 0xff00 || !Marker.isKnown(marker & 0xff)) {
                throw Damage.corrupt(String.format("0x%04x in the header of tile %d", marker, current));
            }
            FileBytes segment = MainHeader.segment(in);
            int bytes = in.position() - start + 2;
            if (left != 0) {
                if (left < bytes) {
                    throw Damage.corrupt("the header of tile " + current + " is longer than the tile");
                }
                left -= bytes;
            }
            switch (marker & 0xff) {
                case Marker.PPT -> {
                    if (packed) {
                        throw Damage.corrupt("packed packet headers both of the image and of tile " + current);
                    }
                    tile.packedHeaders().add(segment);
                }
                case Marker.PLT -> checkPacketLengths(segment);
                case Marker.COM -> {}
                default -> MainHeader.readParameters(marker & 0xff, segment, tile.parameters());
            }
        }
    }

    private static void checkPacketLengths(FileBytes segment) throws ImageRejectedException {
        int length = 0;
        for (int i = 1; i < segment.length(); i++) {
            int next = segment.at(i);
            length = next < 0x80 ? 0 : (length | next & 0x7f) << 7;
        }
        if (length != 0 || segment.length() == 0) {
            throw Damage.corrupt("a PLT marker that ends within a length");
        }
    }

    /** Where the codestream ends, after the last tile. */
    int position() {
        return in.position();
    }
}
