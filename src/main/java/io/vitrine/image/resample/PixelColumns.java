package io.vitrine.image.resample;

import io.vitrine.image.RgbImage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads some rows of an image by columns, {@value #GROUP} at a time. Used by one thread; keeps its buffers. */
final class PixelColumns {
    static final int GROUP = 4; // whose channels fill three words
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 32 * 3 * GROUP; // bytes of each row that are copied together, to be near
    private static final int MOST_ROWS = 256; // more leave the second-level cache
    private static final int MOST_NUMBERS = 1 << 20;

    private byte[] block = new byte[0];
    private final int[][] words = new int[3][MOST_ROWS];
    private int y;
    private int rows;
    private int start; // the block holds columns from this one
    private int end; // to this one

    /**
     * How many rows a pass takes at a time.
     *
     * @param slots columns that are kept
     * @param out columns that are made
     */
    static int rowsAtATime(int slots, int out) {
        return Math.max(1, Math.min(MOST_ROWS, MOST_NUMBERS / 3 / Math.max(slots, out)));
    }

    /** Columns that are kept for outputs of {@code taps} inputs. */
    static int slots(int taps) {
        return Window.slotsFor(taps + GROUP);
    }

    /** Begins with the rows {@code y} to {@code y + rows}. */
    void begin(int y, int rows) {
        this.y = y;
        this.rows = rows;
        end = 0;
        if (block.length < rows * BLOCK) {
            block = new byte[rows * BLOCK];
        }
    }

    /**
     * Reads the next columns.
     *
     * @param column the first; what lies beyond the last of {@code image} is arbitrary
     * @return three words for each row, by word: the pixels' twelve bytes, the first of each word lowest. Valid until the next call
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
