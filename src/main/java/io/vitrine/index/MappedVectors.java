package io.vitrine.index;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A local file of vectors, (size, dimension) float32, little-endian and without a header, mapped into memory. Safe for use by
 * several threads. The pages are the operating system's: they are no part of the heap.
 */
final class MappedVectors {
    private static final int CHUNK_BYTES = 1 << 30; // a buffer holds less than 2 GiB

    private final List<FloatBuffer> chunks = new ArrayList<>();
    private final int dimension;
    private final int rowsPerChunk;
    private final int size;

    /** @throws IOException if the file's length is not that of whole vectors, or it can't be read */
    MappedVectors(Path file, int dimension) throws IOException {
        this.dimension = dimension;
        long rowBytes = (long) dimension * Float.BYTES;
        this.rowsPerChunk = (int) (CHUNK_BYTES / rowBytes);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long rows = channel.size() / rowBytes;
            if (rows * rowBytes != channel.size() || rows > Integer.MAX_VALUE) {
                throw new IOException(file + " has " + channel.size() + " bytes, which is no number of vectors of "
                        + dimension + " dimensions");
            }
            this.size = (int) rows;
            for (long from = 0; from < rows; from += rowsPerChunk) {
                long some = Math.min(rowsPerChunk, rows - from);
                chunks.add(channel.map(FileChannel.MapMode.READ_ONLY, from * rowBytes, some * rowBytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer());
            }
        }
    }

    int size() {
        return size;
    }

    int dimension() {
        return dimension;
    }

    /** Copies a vector. */
    void copy(int ordinal, float[] target) {
        chunks.get(ordinal / rowsPerChunk).get(ordinal % rowsPerChunk * dimension, target, 0, dimension);
    }
}
