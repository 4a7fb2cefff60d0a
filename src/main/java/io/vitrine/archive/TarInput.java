package io.vitrine.archive;

import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a tar, whose members' data are skipped and never held. Far skips seek where the stream can, near ones read on: on
 * object stores a seek is a request. Used by one thread.
 */
final class TarInput extends InputStream {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long SEEK_BYTES = 4 << 20;

    /** Bytes of headers between two members: names and extended headers. Tar itself has no limit. */
    private static final int MAX_HEADER_BYTES = 1 << 20;

    private final InputStream in;
    private final long limit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int end;
    private long position;
    private long allowed;

    /** @param limit position after which the stream is given up */
    TarInput(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
    }

    /** A read would go past a limit, so no memory is spent on it. */
    static final class LimitException extends IOException {
        private static final long serialVersionUID = 1;

        LimitException(String message) {
            super(message);
        }
    }

    long position() {
        return position;
    }

    /** Allows {@code bytes} to be read, and a header. */
    void allow(long bytes) {
        allowed = bytes + MAX_HEADER_BYTES;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (allowed <= 0) {
            throw new LimitException("a header of more than " + MAX_HEADER_BYTES + " bytes");
        }
        if (!fill()) {
            return -1;
        }
        int count = (int) Math.min(allowed, Math.min(length, end - next));
        System.arraycopy(buffer, next, target, offset, count);
        advance(count);
        allowed -= count;
        return count;
    }

    /** Skips {@code count} bytes, fewer only at the end. */
    @Override
    public long skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (next == end && left > SEEK_BYTES && in instanceof StorageInput file && file.seek(position + left)) {
                position += left;
                return count;
            }
            if (!fill()) {
                break;
            }
            int step = (int) Math.min(left, end - next);
            advance(step);
            left -= step;
        }
        return count - left;
    }

    private void advance(int count) throws IOException {
        next += count;
        position += count;
        if (position > limit) {
            throw new LimitException("it unpacks to more than " + limit + " bytes");
        }
    }

    private boolean fill() throws IOException {
        if (next == end) {
            next = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return next < end;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
