package io.vitrine.index;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The paths of a shard's vectors by ordinal, in the order of their UTF-16 code units, mapped into memory; or their labels by
 * ordinal. The file holds the UTF-8
 * bytes of all paths, then the offset (int64, big-endian) of each path's end, then their number (int64).
 */
final class PathTable {
    private final ByteBuffer[] text;
    private final ByteBuffer ends;
    private final int size;
    private final long textBytes;
    private static final int CHUNK_BITS = 30;
    private static final long CHUNK = 1L << CHUNK_BITS;

    /** Writes a table, path by path. */
    static final class Writer implements Closeable {
        private final DataOutputStream out;
        private long[] ends = new long[1024];
        private int size;
        private long end;

        Writer(Path file) throws IOException {
            this.out = new DataOutputStream(
                    new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), 1 << 16));
        }

        void add(String path) throws IOException {
            byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
            out.write(bytes);
            end += bytes.length;
            if (size == ends.length) {
                ends = Arrays.copyOf(ends, size * 2);
            }
            ends[size++] = end;
        }

        @Override
        public void close() throws IOException {
            for (int i = 0; i < size; i++) {
                out.writeLong(ends[i]);
            }
            out.writeLong(size);
            out.close();
        }
    }

    PathTable(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            if (length < Long.BYTES) {
                throw new IOException(file + " is no table of paths: it has " + length + " bytes");
            }
            ByteBuffer count = ByteBuffer.allocate(Long.BYTES);
            channel.read(count, length - Long.BYTES);
            long rows = count.getLong(0);
            this.textBytes = length - Long.BYTES - rows * Long.BYTES;
            if (rows < 0 || rows > Integer.MAX_VALUE / Long.BYTES || textBytes < 0) {
                throw new IOException(
                        file + " is no table of paths: it names " + rows + " of them in " + length + " bytes");
            }
            this.size = (int) rows;
            this.ends = channel.map(FileChannel.MapMode.READ_ONLY, textBytes, rows * Long.BYTES);
            long end = rows == 0 ? 0 : ends.getLong((size - 1) * Long.BYTES);
            if (end != textBytes) {
                throw new IOException(file + " is no table of paths: they end at " + end + ", not at " + textBytes);
            }
            this.text = new ByteBuffer[(int) ((textBytes + CHUNK - 1) >>> CHUNK_BITS)];
            for (int i = 0; i < text.length; i++) {
                text[i] = channel.map(FileChannel.MapMode.READ_ONLY, i * CHUNK, Math.min(CHUNK, textBytes - i * CHUNK));
            }
        }
    }

    int size() {
        return size;
    }

    String path(int ordinal) {
        long from = ordinal == 0 ? 0 : ends.getLong((ordinal - 1) * Long.BYTES);
        long end = ends.getLong(ordinal * Long.BYTES);
        if (from < 0 || end < from || end > textBytes) { // before memory is taken for as many
            throw new IllegalStateException("the text " + ordinal + " is from " + from + " to " + end);
        }
        byte[] bytes = new byte[(int) (end - from)];
        int done = 0;
        while (done < bytes.length) {
            ByteBuffer chunk = text[(int) ((from + done) >>> CHUNK_BITS)];
            int at = (int) ((from + done) & (CHUNK - 1));
            int some = Math.min(bytes.length - done, chunk.limit() - at);
            chunk.get(at, bytes, done, some);
            done += some;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The ordinal of a path. */
    OptionalInt ordinal(String path) {
        int from = 0;
        int to = size - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = path(middle).compareTo(path);
            if (order == 0) {
                return OptionalInt.of(middle);
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return OptionalInt.empty();
    }
}
