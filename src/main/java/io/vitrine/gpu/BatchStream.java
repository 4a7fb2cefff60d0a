package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.HostMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of a batch's files, one after the other, in page-locked memory. A file is written in parts, then kept or dropped. Written by
 * one thread, then read by another.
 */
final class BatchStream {
    private final HostChunks pool;
    private final List<HostMemory> chunks = new ArrayList<>();
    private final List<ByteBuffer> views = new ArrayList<>(); // of the chunks
    private long kept; // bytes of files that are kept
    private long end; // of the file that is being written

    BatchStream(HostChunks pool) {
        this.pool = pool;
    }

    /** Bytes of the files that are kept. */
    long length() {
        return kept;
    }

    /** Bytes of the file that is being written. */
    long written() {
        return end - kept;
    }

    /**
     * Adds to the file that is being written.
     *
     * @throws HandOverException if there is no room. The file is to be dropped
     */
    void write(byte[] data, int from, int bytes) throws HandOverException {
        for (int done = 0; done < bytes; ) {
            ByteBuffer chunk = chunkAtEnd();
            int within = (int) (end % HostChunks.BYTES);
            int size = Math.min(bytes - done, HostChunks.BYTES - within);
            chunk.put(within, data, from + done, size);
            done += size;
            end += size;
        }
    }

    private ByteBuffer chunkAtEnd() throws HandOverException {
        int index = (int) (end / HostChunks.BYTES);
        if (index == chunks.size()) {
            HostMemory chunk = pool.take();
            chunks.add(chunk);
            views.add(chunk.bytes());
        }
        return views.get(index);
    }

    /** Keeps the file that was written. */
    void keep() {
        kept = end;
    }

    /** Forgets the file that is being written, and gives its memory back. Does nothing after {@link #keep}. */
    void drop() {
        end = kept;
        while (!chunks.isEmpty() && (chunks.size() - 1L) * HostChunks.BYTES >= kept) {
            views.remove(chunks.size() - 1);
            pool.giveBack(chunks.remove(chunks.size() - 1));
        }
    }

    /** Begins to copy a part to the device. */
    void upload(long from, long bytes, Device.Stream stream, long address) {
        for (long done = 0; done < bytes; ) {
            int within = (int) ((from + done) % HostChunks.BYTES);
            int size = (int) Math.min(bytes - done, HostChunks.BYTES - within);
            ByteBuffer chunk = views.get((int) ((from + done) / HostChunks.BYTES));
            stream.upload(chunk.duplicate().position(within).limit(within + size), address + done);
            done += size;
        }
    }

    /** Forgets all files and gives the memory back. */
    void clear() {
        kept = 0;
        drop();
    }
}
