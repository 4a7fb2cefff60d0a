package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.ArrayList;
import java.util.List;

/** What tile-parts have said of a tile so far. */
final class TileState {
    private final TileParameters defaults;
    private TileParameters own;
    private PackedHeaders packed = new PackedHeaders();
    private final List<FileBytes> data = new ArrayList<>(1);
    private int parts;
    private int announcedParts;

    TileState(TileParameters defaults) {
        this.defaults = defaults;
    }

    /**
     * Starts a tile-part.
     *
     * @param announced how many there are; 0 if this one does not say
     * @return whether it is the last
     */
    boolean startPart(int number, int announced) throws ImageRejectedException {
        if (number != parts
                || announcedParts != 0 && number >= announcedParts
                || announced != 0 && number >= announced) {
            throw Damage.corrupt("tile-part " + number + " where number " + parts + " of " + announced + " is due");
        }
        parts++;
        announcedParts = announced == 0 ? announcedParts : announced;
        return announcedParts == parts;
    }

    /** Parameters of this tile alone. */
    TileParameters parameters() {
        if (own == null) {
            own = defaults.copy();
        }
        return own;
    }

    PackedHeaders packedHeaders() {
        return packed;
    }

    void addData(FileBytes bytes) {
        if (bytes.length() > 0) {
            data.add(bytes);
        }
    }

    boolean hasData() {
        return !data.isEmpty();
    }

    /** Whether the only part did not say how many there are. */
    boolean isOpen() {
        return parts == 1 && announcedParts == 0;
    }

    /** Hands over what was collected, and forgets it: no further parts can follow. */
    TilePart take(int number, HeaderBytes ofImage) {
        HeaderBytes headers = ofImage != null ? ofImage : packed.isEmpty() ? null : packed.ofTile();
        TileParameters parameters = own == null ? defaults : own;
        TilePart part;
        if (data.size() == 1) {
            FileBytes only = data.get(0);
            part = new TilePart(
                    number, parameters, only.array(), only.offset(), only.offset() + only.length(), headers);
        } else {
            byte[] joined = new byte[data.stream().mapToInt(FileBytes::length).sum()];
            int at = 0;
            for (FileBytes bytes : data) {
                System.arraycopy(bytes.array(), bytes.offset(), joined, at, bytes.length());
                at += bytes.length();
            }
            part = new TilePart(number, parameters, joined, 0, joined.length, headers);
        }
        data.clear();
        own = null;
        packed = new PackedHeaders();
        return part;
    }
}
