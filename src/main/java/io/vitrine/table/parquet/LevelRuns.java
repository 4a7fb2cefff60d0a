package io.vitrine.table.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.bytes.BytesInput;

/**
 * The repetition or definition levels of one data page as runs of equal levels: Parquet's hybrid encoding without its bit-packed
 * half, after its length in four bytes. Levels are at most 255, so one takes a byte.
 */
final class LevelRuns {
    private static final int VARINT_BITS = 7;

    private final ByteArrayOutputStream runs = new ByteArrayOutputStream();
    private int level;
    private int count; // of the run that has not ended

    /** Appends {@code more} times the same level. */
    void add(int next, int more) {
        if (next != level) {
            end();
            level = next;
        }
        count += more;
    }

    private void end() {
        if (count == 0) {
            return;
        }
        int header = count << 1; // an odd one would announce bits
        while (header >>> VARINT_BITS != 0) {
            runs.write(header & 0x7f | 0x80);
            header >>>= VARINT_BITS;
        }
        runs.write(header);
        runs.write(level);
        count = 0;
    }

    /** The levels of the page; the next ones belong to another. */
    BytesInput finish() {
        end();
        byte[] length = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(runs.size())
                .array();
        BytesInput levels = BytesInput.concat(BytesInput.from(length), BytesInput.from(runs.toByteArray()));
        runs.reset();
        return levels;
    }
}
