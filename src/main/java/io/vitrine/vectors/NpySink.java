package io.vitrine.vectors;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.vectors.VectorsRequest.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A NumPy array (vectors, dimension), little-endian and row-major, in version 1.0 of NumPy's format. The header has a fixed length;
 * its row count is written at the end.
 */
final class NpySink implements VectorSink {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int HEADER_BYTES = 128; // a multiple of 64, as NumPy aligns the data
    private static final int BUFFER_BYTES = 1 << 20;

    private final FileChannel channel;
    private final ByteBuffer buffer;
    private final int dimension;
    private final ElementType element;
    private long rows;

    NpySink(Path file, int dimension, ElementType element) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.buffer = ByteBuffer.allocate(Math.max(BUFFER_BYTES, dimension * Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        this.dimension = dimension;
        this.element = element;
        channel.position(HEADER_BYTES);
    }

    @Override
    public void append(String path, float[] vector) throws IOException {
        if (buffer.remaining() < dimension * Float.BYTES) {
            flush();
        }
        for (float value : vector) {
            if (element == ElementType.FLOAT32) {
                buffer.putFloat(value);
            } else {
                buffer.putShort(half(path, value));
            }
        }
        rows++;
    }

    private static short half(String path, float value) {
        short half = HalfFloat.fromFloat(value);
        if ((half & 0x7C00) == 0x7C00) { // the exponent of infinity
            throw new ConfigurationException("The vector of " + path + " has the element " + value
                    + ", which float16 can't hold (at most 65504). Leave --dtype out, for float32.");
        }
        return half;
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    private byte[] header() {
        String type = element == ElementType.FLOAT32 ? "<f4" : "<f2";
        String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + rows + ", " + dimension + "), }";
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putShort((short) (HEADER_BYTES - MAGIC.length - Short.BYTES));
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').array();
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            flush();
            ByteBuffer header = ByteBuffer.wrap(header());
            long position = 0;
            while (header.hasRemaining()) {
                position += channel.write(header, position);
            }
        }
    }
}
