package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.image.jpeg2000.Component;
import io.vitrine.image.jpeg2000.DecodedTile;
import java.util.List;

/** Turns tiles into RGB as Pillow does: 8 bits of each sample, or 16 bits clipped at 255. Tiles that are missing are zeros. */
final class Jpeg2000Pixels {
    /** Fraction bits of Pillow's conversion of YCbCr. */
    private static final int YCC_BITS = 6;

    private final Jpeg2000Header header;
    private final List<Component> components;
    private final int left;
    private final int top;
    private final byte[] rgb;
    private final int[][] rows;

    /** @param left first column of the image on the tiles' grid */
    Jpeg2000Pixels(Jpeg2000Header header, List<Component> components, int left, int top) throws ImageRejectedException {
        this.header = header;
        this.components = components;
        this.left = left;
        this.top = top;
        this.rgb = new byte[ImageLimits.arrayLength(header, 3)];
        this.rows = new int[header.samples().components][];
        int background =
                switch (header.samples()) {
                    case FIRST -> header.palette().colours()[0];
                    case CMYK -> 0xffffff;
                    default -> 0;
                };
        for (int i = 0; background != 0 && i < rgb.length; i += 3) {
            put(i, background);
        }
    }

    byte[] rgb() {
        return rgb;
    }

    void accept(DecodedTile tile) throws ImageRejectedException {
        for (int c = 0; c < rows.length; c++) {
            if (tile.width(c) == 0 || tile.height(c) == 0) {
                throw Jp2Box.corrupt("a tile has no samples of component " + c);
            }
            rows[c] = new int[tile.width(c)];
        }
        for (int y = 0; y < tile.height(); y++) {
            for (int c = 0; c < rows.length; c++) {
                int step = components.get(c).stepY();
                int row = sample(tile.top(), y, step, tile.height(c));
                if (y == 0 || row != sample(tile.top(), y - 1, step, tile.height(c))) {
                    tile.row(c, row, rows[c]);
                }
            }
            int at = 3 * ((tile.top() - top + y) * header.width() + tile.left() - left);
            for (int x = 0; x < tile.width(); x++) {
                put(at + 3 * x, colour(tile, x));
            }
        }
    }

    private void put(int at, int colour) {
        rgb[at] = (byte) (colour >> 16);
        rgb[at + 1] = (byte) (colour >> 8);
        rgb[at + 2] = (byte) colour;
    }

    /** The sample that lies at a place of the tile, or before it. */
    private static int sample(int start, int offset, int step, int count) {
        if (step == 1) {
            return offset;
        }
        int first = (int) (((long) start + step - 1) / step);
        return Math.max(0, Math.min((start + offset) / step - first, count - 1));
    }

    private int colour(DecodedTile tile, int x) {
        return switch (header.samples()) {
            case FIRST -> {
                if (header.mode() == Jp2Mode.I16) {
                    yield 0x010101 * Math.min(255, scaled(tile, 0, x, 16) & 0xffff);
                }
                int level = level(tile, 0, x);
                boolean indexed = header.mode() == Jp2Mode.P || header.mode() == Jp2Mode.PA;
                yield indexed ? header.palette().colours()[level] : 0x010101 * level;
            }
            case RGB -> level(tile, 0, x) << 16 | level(tile, 1, x) << 8 | level(tile, 2, x);
            case YCC -> ycc(level(tile, 0, x), level(tile, 1, x) - 128, level(tile, 2, x) - 128);
            case CMYK -> {
                int black = level(tile, 3, x);
                yield (Cmyk.toRgb(level(tile, 0, x), black) & 0xff) << 16
                        | (Cmyk.toRgb(level(tile, 1, x), black) & 0xff) << 8
                        | Cmyk.toRgb(level(tile, 2, x), black) & 0xff;
            }
        };
    }

    private int level(DecodedTile tile, int component, int x) {
        return scaled(tile, component, x, 8) & 0xff;
    }

    /**
     * A sample with {@code bits} bits, rounded. Bits above them are set where rounding overflows: the brightest sample of more than
     * 8 bits becomes 0, as in Pillow.
     */
    private int scaled(DecodedTile tile, int component, int x, int bits) {
        Component form = components.get(component);
        int stored = rows[component][sample(tile.left(), x, form.stepX(), rows[component].length)];
        int word = form.precision() <= 8 ? stored & 0xff : form.precision() <= 16 ? stored & 0xffff : stored;
        int offset = form.signed() ? 1 << form.precision() - 1 : 0;
        int shift = bits - form.precision();
        return shift < 0 ? word + offset + (1 << -shift - 1) >>> -shift : word + offset << shift;
    }

    private static int ycc(int luma, int blue, int red) {
        int r = luma + (fixed(1.402 * red) >> YCC_BITS);
        int g = luma + (fixed(-0.34414 * blue) + fixed(-0.71414 * red) >> YCC_BITS);
        int b = luma + (fixed(1.772 * blue) >> YCC_BITS);
        return clip(r) << 16 | clip(g) << 8 | clip(b);
    }

    private static int fixed(double value) {
        return (int) (value * (1 << YCC_BITS) + 0.5);
    }

    private static int clip(int level) {
        return Math.max(0, Math.min(level, 255));
    }
}
