package io.vitrine.fetch;

import java.util.List;

/** The arrays of a read whose objects are in use: handed out last, or kept. Used by the task's thread. */
final class ReadInUse {
    private final List<byte[]> arrays;
    private final ByteArrayPool pool;
    private int holders = 1;
    private boolean kept;

    ReadInUse(List<byte[]> arrays, ByteArrayPool pool) {
        this.arrays = arrays;
        this.pool = pool;
    }

    KeptBytes keep() {
        holders++;
        long bytes = kept ? 0 : arrays.stream().mapToLong(array -> array.length).sum();
        kept = true;
        return new KeptBytes() {
            private boolean open = true;

            @Override
            public long bytes() {
                return bytes;
            }

            @Override
            public void close() {
                if (open) {
                    open = false;
                    release();
                }
            }
        };
    }

    /** One holder needs the arrays no longer. The last one gives them back to the pool. */
    void release() {
        holders--;
        if (holders == 0) {
            arrays.forEach(pool::release);
        }
    }
}
