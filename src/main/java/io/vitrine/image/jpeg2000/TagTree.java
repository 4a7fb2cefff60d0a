package io.vitrine.image.jpeg2000;

import java.util.Arrays;

/** Numbers of the code blocks of a precinct, coded as minima of ever larger squares. */
final class TagTree {
    /** What a number is as long as it is not known. */
    private static final int UNKNOWN = 999;

    private final int width;
    private final int height;
    private final int levels;
    private final short[] values;
    private final short[] lows;

    /** @param width at least 1 */
    TagTree(int width, int height) {
        this.width = width;
        this.height = height;
        int nodes = 0;
        int count = 0;
        for (int w = width, h = height; ; w = w + 1 >> 1, h = h + 1 >> 1) {
            nodes += w * h;
            count++;
            if (w * h == 1) {
                break;
            }
        }
        this.levels = count;
        this.values = new short[nodes];
        Arrays.fill(values, (short) UNKNOWN);
        this.lows = new short[nodes];
    }

    /** Whether the number at ({@code x}, {@code y}) is less than {@code threshold}, after reading what it takes to know. */
    boolean isLess(PacketBits in, int x, int y, int threshold) {
        return read(in, x, y, threshold, 0) < threshold;
    }

    /** Whether any number is less than {@code threshold}. Reads no more than {@link #isLess} of the first one would. */
    boolean hasLess(PacketBits in, int threshold) {
        return read(in, 0, 0, threshold, levels - 1) < threshold;
    }

    /** The number at ({@code x}, {@code y}), which becomes known; {@link #UNKNOWN} if it is that large. */
    int value(PacketBits in, int x, int y) {
        return read(in, x, y, UNKNOWN + 1, 0);
    }

    /** Reads from the root down to a node of {@code last}, and returns its value as far as it is known. */
    private int read(PacketBits in, int x, int y, int threshold, int last) {
        int low = 0;
        int node = 0;
        int start = values.length;
        for (int level = levels - 1; level >= last; level--) {
            int columns = (width - 1 >> level) + 1;
            start -= columns * ((height - 1 >> level) + 1);
            node = start + (y >> level) * columns + (x >> level);
            low = Math.max(low, lows[node]);
            while (low < threshold && low < values[node]) {
                if (in.bit() == 1) {
                    values[node] = (short) low;
                } else {
                    low++;
                }
            }
            lows[node] = (short) Math.min(low, Short.MAX_VALUE);
        }
        return values[node];
    }
}
