package io.vitrine.vectors;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The fvecs format of the TEXMEX corpora: for each vector its dimension as int32 and its elements as float32, little-endian. */
final class FvecsSink implements VectorSink {
    private static final int BUFFER_BYTES = 1 << 20;

    private final OutputStream out;
    private final ByteBuffer record;

    FvecsSink(Path file, int dimension) throws IOException {
        this.out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), BUFFER_BYTES);
        this.record = ByteBuffer.allocate(Integer.BYTES + dimension * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, dimension);
    }

    @Override
    public void append(String path, float[] vector) throws IOException {
        record.position(Integer.BYTES);
        record.asFloatBuffer().put(vector);
        out.write(record.array());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
