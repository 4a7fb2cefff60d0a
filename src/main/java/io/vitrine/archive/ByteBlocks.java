package io.vitrine.archive;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects bytes in blocks, so that the array of all is made once, at the end. Used by one thread. */
final class ByteBlocks extends OutputStream {
    /** The largest write that is worth a block of its own. */
    static final int BYTES = 64 << 10;

    private final List<byte[]> blocks = new ArrayList<>();
    private int total;

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** @throws ArithmeticException beyond the length of an array */
    @Override
    public void write(byte[] bytes, int offset, int length) {
        total = Math.addExact(total, length);
        blocks.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** All bytes so far. */
    byte[] toArray() {
        byte[] all = new byte[total];
        int at = 0;
        for (byte[] block : blocks) {
            System.arraycopy(block, 0, all, at, block.length);
            at += block.length;
        }
        return all;
    }
}
