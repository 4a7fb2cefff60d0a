package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.ArrayList;
import java.util.List;

/**
 * The image and its tiles on the reference grid, from the SIZ marker. The image goes from ({@code left}, {@code top}) to
 * ({@code right}, {@code bottom}), exclusive; the first tile starts at ({@code tileLeft}, {@code tileTop}).
 */
record ImageGrid(
        int left,
        int top,
        int right,
        int bottom,
        int tileLeft,
        int tileTop,
        long tileWidth,
        long tileHeight,
        List<Component> components) {
    /** Pillow has no mode for more. */
    private static final int MAX_COMPONENTS = 4;

    private static final int MAX_TILES = 65_535;
    private static final int FIXED_BYTES = 36;
    private static final int MAX_PRECISION = 31;

    ImageGrid {
        components = List.copyOf(components);
    }

    static ImageGrid read(FileBytes segment) throws ImageRejectedException {
        ByteCursor in = new ByteCursor(segment, 0);
        if (segment.length() < FIXED_BYTES || (segment.length() - FIXED_BYTES) % 3 != 0) {
            throw Damage.corrupt("its SIZ marker has " + segment.length() + " bytes");
        }
        in.u16(); // capabilities
        long[] fields = new long[8];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = in.u32();
        }
        int count = in.u16();
        if (count != (segment.length() - FIXED_BYTES) / 3 || count == 0) {
            throw Damage.corrupt("its SIZ marker says " + count + " components, but describes others");
        }
        if (count > MAX_COMPONENTS) {
            throw Damage.unsupported("of " + count + " components; Pillow reads at most " + MAX_COMPONENTS);
        }
        if (Math.max(fields[0], fields[1]) > Integer.MAX_VALUE || fields[2] >= fields[0] || fields[3] >= fields[1]) {
            throw Damage.corrupt(
                    "an image from (" + fields[2] + ", " + fields[3] + ") to (" + fields[0] + ", " + fields[1] + ")");
        }
        if (fields[4] == 0
                || fields[5] == 0
                || fields[6] > fields[2]
                || fields[7] > fields[3]
                || fields[6] + fields[4] <= fields[2]
                || fields[7] + fields[5] <= fields[3]) {
            throw Damage.corrupt("tiles of " + fields[4] + " x " + fields[5] + " from (" + fields[6] + ", " + fields[7]
                    + "), which miss the image's start");
        }
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int depth = in.u8();
            Component component = new Component((depth & 0x7f) + 1, depth >= 0x80, in.u8(), in.u8());
            if (component.stepX() == 0 || component.stepY() == 0 || component.precision() > MAX_PRECISION) {
                throw Damage.corrupt("component " + i + " is " + component);
            }
            components.add(component);
        }
        ImageGrid grid = new ImageGrid(
                (int) fields[2],
                (int) fields[3],
                (int) fields[0],
                (int) fields[1],
                (int) fields[6],
                (int) fields[7],
                fields[4],
                fields[5],
                components);
        if (grid.columns() * grid.rows() > MAX_TILES) {
            throw Damage.corrupt(grid.columns() + " x " + grid.rows() + " tiles; the standard allows " + MAX_TILES);
        }
        return grid;
    }

    /** Tiles per row. */
    long columns() {
        return ((long) right - tileLeft + tileWidth - 1) / tileWidth;
    }

    /** Rows of tiles. */
    long rows() {
        return ((long) bottom - tileTop + tileHeight - 1) / tileHeight;
    }

    int tiles() {
        return (int) (columns() * rows());
    }

    /** The part of a tile that lies in the image. */
    Area tile(int number) {
        long x = tileLeft + number % columns() * tileWidth;
        long y = tileTop + number / columns() * tileHeight;
        return new Area((int) Math.max(x, left), (int) Math.max(y, top), (int) Math.min(x + tileWidth, right), (int)
                Math.min(y + tileHeight, bottom));
    }
}
