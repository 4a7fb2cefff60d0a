package io.vitrine.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.hadoop.fs.FSDataInputStream;

/** Ranges of a zip, a request each, and the unsigned little-endian numbers in them. */
record ZipBytes(FSDataInputStream file, long length) {
    /** The value of a field of 32 bits whose number is in a field of 64. */
    static final long MASK_32 = 0xffffffffL;

    ByteBuffer read(long at, int count) throws IOException {
        byte[] bytes = new byte[count];
        file.readFully(at, bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static int u16(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    static long u32(ByteBuffer bytes, int at) {
        return bytes.getInt(at) & MASK_32;
    }
}
