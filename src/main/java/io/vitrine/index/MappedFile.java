package io.vitrine.index;

import io.github.jbellis.jvector.disk.RandomAccessReader;
import io.github.jbellis.jvector.disk.ReaderSupplier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A local file of any length, mapped into memory, as JVector reads it: big-endian. Copies whole vectors at a time, which JVector's own
 * reader for Java 17 does number by number. Neighbouring chunks overlap, so that no read crosses an end.
 */
final class MappedFile implements ReaderSupplier {
    private static final int CHUNK_BITS = 29;
    private static final long CHUNK = 1L << CHUNK_BITS;
    private static final long OVERLAP = 1L << 24; // more than a vector with its neighbours takes

    private final List<ByteBuffer> chunks = new ArrayList<>();
    private final long length;

    MappedFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            this.length = channel.size();
            for (long from = 0; from < length; from += CHUNK) {
                chunks.add(channel.map(FileChannel.MapMode.READ_ONLY, from, Math.min(CHUNK + OVERLAP, length - from)));
            }
        }
    }

    /** A reader for one thread. */
    @Override
    public RandomAccessReader get() {
        return new Reader();
    }

    private final class Reader implements RandomAccessReader {
        private final ByteBuffer[] own =
                chunks.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
        private ByteBuffer buffer = own[0];
        private long start;

        @Override
        public void seek(long offset) {
            int chunk = (int) Math.min(offset >>> CHUNK_BITS, own.length - 1);
            buffer = own[chunk];
            start = (long) chunk << CHUNK_BITS;
            buffer.position((int) (offset - start));
        }

        /** Moves to the chunk that {@code bytes} from here are in: JVector reads headers on and on. */
        private ByteBuffer next(int bytes) {
            if (buffer.remaining() < bytes) {
                seek(getPosition());
            }
            return buffer;
        }

        @Override
        public long getPosition() {
            return start + buffer.position();
        }

        @Override
        public int readInt() {
            return next(Integer.BYTES).getInt();
        }

        @Override
        public float readFloat() {
            return next(Float.BYTES).getFloat();
        }

        @Override
        public long readLong() {
            return next(Long.BYTES).getLong();
        }

        @Override
        public void readFully(byte[] bytes) {
            next(bytes.length).get(bytes);
        }

        @Override
        public void readFully(ByteBuffer target) {
            ByteBuffer from = next(target.remaining());
            ByteBuffer slice = from.slice(from.position(), target.remaining());
            from.position(from.position() + target.remaining());
            target.put(slice);
        }

        @Override
        public void readFully(float[] floats) {
            read(floats, 0, floats.length);
        }

        @Override
        public void readFully(long[] longs) {
            ByteBuffer from = next(longs.length * Long.BYTES);
            from.asLongBuffer().get(longs);
            from.position(from.position() + longs.length * Long.BYTES);
        }

        @Override
        public void read(int[] ints, int offset, int count) {
            ByteBuffer from = next(count * Integer.BYTES);
            from.asIntBuffer().get(ints, offset, count);
            from.position(from.position() + count * Integer.BYTES);
        }

        @Override
        public void read(float[] floats, int offset, int count) {
            ByteBuffer from = next(count * Float.BYTES);
            from.asFloatBuffer().get(floats, offset, count);
            from.position(from.position() + count * Float.BYTES);
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void close() {}
    }
}
