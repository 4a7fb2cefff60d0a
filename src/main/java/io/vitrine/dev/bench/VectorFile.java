package io.vitrine.dev.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.LongFunction;

/** Vectors in a row: (count, dimension) float32, little-endian, without a header. Safe for use by several threads. */
final class VectorFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final int dimension;
    private final int count;

    VectorFile(Path path, int dimension) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
        this.dimension = dimension;
        this.count = (int) (channel.size() / dimension / Float.BYTES);
    }

    /** Writes a file, which appears when it is complete. */
    static VectorFile write(Path path, int count, int dimension, LongFunction<float[]> vectors) throws IOException {
        Files.createDirectories(path.getParent());
        Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
        ByteBuffer row = ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20)) {
            for (int i = 0; i < count; i++) {
                row.asFloatBuffer().put(vectors.apply(i));
                out.write(row.array());
            }
        }
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        return new VectorFile(path, dimension);
    }

    Path path() {
        return path;
    }

    int count() {
        return count;
    }

    int dimension() {
        return dimension;
    }

    /** The {@code i}-th vector. */
    float[] get(int i) throws IOException {
        ByteBuffer row = ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long from = (long) i * row.capacity();
        while (row.hasRemaining()) {
            if (channel.read(row, from + row.position()) < 0) {
                throw new IOException(path + " ends before vector " + i);
            }
        }
        float[] vector = new float[dimension];
        row.flip();
        row.asFloatBuffer().get(vector);
        return vector;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
