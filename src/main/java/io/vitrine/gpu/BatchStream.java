package io.vitrine.gpu;

import io.vitrine.cuda.Device;
import io.vitrine.cuda.Device.HostMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The data of a batch's files, one after the other, in page-locked memory. Written by one thread, then read by another. */
final class BatchStream {
    private final HostChunks pool;
    private final List<HostMemory> chunks = new ArrayList<>();
    private long length;

    BatchStream(HostChunks pool) {
        this.pool = pool;
    }

    long length() {
        return length;
    }

    /** Adds the data of a file. If it finds no room, the stream is as before, and holds no memory for it. */
    void append(byte[] data, int bytes) throws HandOverException {
        try {
            while ((long) chunks.size() * HostChunks.BYTES < length + bytes) {
                chunks.add(pool.take());
            }
        } catch (HandOverException | RuntimeException | Error e) {
            giveBackUnused();
            throw e;
        }
        for (int done = 0; done < bytes; ) {
            long at = length + done;
            int within = (int) (at % HostChunks.BYTES);
            int size = Math.min(bytes - done, HostChunks.BYTES - within);
            chunks.get((int) (at / HostChunks.BYTES)).bytes().put(within, data, done, size);
            done += size;
        }
        length += bytes;
    }

    /** Begins to copy a part to the device. */
    void upload(long from, long bytes, Device.Stream stream, long address) {
        for (long done = 0; done < bytes; ) {
            int within = (int) ((from + done) % HostChunks.BYTES);
            int size = (int) Math.min(bytes - done, HostChunks.BYTES - within);
            ByteBuffer chunk =
                    chunks.get((int) ((from + done) / HostChunks.BYTES)).bytes();
            stream.upload(chunk.duplicate().position(within).limit(within + size), address + done);
            done += size;
        }
    }

    /** Forgets the data and gives the memory back. */
    void clear() {
        length = 0;
        giveBackUnused();
    }

    private void giveBackUnused() {
        while (!chunks.isEmpty() && (chunks.size() - 1L) * HostChunks.BYTES >= length) {
            pool.giveBack(chunks.remove(chunks.size() - 1));
        }
    }
}
