package io.vitrine.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Seekable;

/**
 * An archive's file, whose failures are {@link UncheckedIOException}s, so that they can be told from the damage that a parser finds
 * in the bytes. Used by one thread.
 */
final class StorageInput extends InputStream {
    private final InputStream file;
    private boolean ended;

    StorageInput(InputStream file) {
        this.file = file;
    }

    @Override
    public int read() {
        try {
            int next = file.read();
            ended = next < 0;
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        try {
            int count = file.read(target, offset, length);
            ended = count < 0;
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** At least 1 before the end, so that the JDK looks for another gzip stream behind one. */
    @Override
    public int available() {
        return ended ? 0 : 1;
    }

    /** Whether the file can go on from {@code position}. False if it can't seek, or ends before. */
    boolean seek(long position) {
        if (!(file instanceof Seekable seekable)) {
            return false;
        }
        try {
            seekable.seek(position);
            return true;
        } catch (EOFException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
