package io.vitrine.image.resample;

import io.vitrine.image.RgbImage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads a range of an image's rows by columns, {@value #GROUP} columns at a time. Not thread-safe; keeps its buffers. */
final class PixelColumns {
    static final int GROUP = 4; // its 12 bytes per row fill three words
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK =
            32 * 3 * GROUP; // bytes per row that are copied together, so that they stay in the cache
    private static final int MAX_ROWS = 256; // more would not fit the second-level cache
    private static final int MAX_VALUES = 1 << 20; // in a tile, or in a window

    private byte[] block = new byte[0];
    private final int[][] words = new int[3][MAX_ROWS];
    private int y;
    private int rows;
    private int start; // first column in the block
    private int end; // exclusive

    /**
     * The number of rows that a pass resamples together.
     *
     * @param slots columns in the window
     * @param out columns of the result
     */
    static int rowsAtATime(int slots, int out) {
        return Math.max(1, Math.min(MAX_ROWS, MAX_VALUES / 3 / Math.max(slots, out)));
    }

    /** The number of slots of a window for outputs of {@code taps} inputs. */
    static int slots(int taps) {
        return Window.slotsFor(taps + GROUP);
    }

    /** Starts with rows {@code y} to {@code y + rows}, exclusive. */
    void begin(int y, int rows) {
        this.y = y;
        this.rows = rows;
        end = 0;
        if (block.length < rows * BLOCK) {
            block = new byte[rows * BLOCK];
        }
    }

    /**
     * Reads the next columns. Values beyond the last column of {@code image} are arbitrary.
     *
     * @param column the first column
     * @return (3, rows) little-endian words: the twelve bytes of four pixels in each row; valid until the next call
     */
    int[][] read(RgbImage image, int column) {
        if (column >= end) {
            start = column;
            end = start + BLOCK / 3;
            int stride = 3 * image.width();
            int bytes = Math.min(BLOCK, stride - 3 * start);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(image.pixels(), (y + i) * stride + 3 * start, block, i * BLOCK, bytes);
            }
        }
        gather(block, 3 * (column - start), rows, words[0], words[1], words[2]);
        return words;
    }

    private static void gather(byte[] block, int from, int rows, int[] a, int[] b, int[] c) {
        for (int i = 0; i < rows; i++) {
            int at = from + i * BLOCK;
            a[i] = (int) INT.get(block, at);
            b[i] = (int) INT.get(block, at + 4);
            c[i] = (int) INT.get(block, at + 8);
        }
    }
}
