package io.vitrine.archive;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/** The unpacked bytes of a compressed tar, forward only. Used by one thread at a time. */
public final class UnpackedStream implements Closeable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private long position;

    /**
     * @param file at its beginning; closed with this
     * @throws ImageRejectedException if it is not compressed with gzip
     * @throws IOException if the storage fails
     */
    public UnpackedStream(InputStream file) throws IOException, ImageRejectedException {
        try {
            this.in = unpack(new StorageInput(file));
        } catch (UncheckedIOException e) {
            file.close();
            throw e.getCause();
        } catch (IOException e) {
            file.close();
            throw damaged(e);
        }
    }

    /** The JDK's stream gives the bytes before a damage; that of Commons Compress loses those of its last read. */
    static InputStream unpack(StorageInput file) throws IOException {
        return new GZIPInputStream(file, BUFFER_BYTES);
    }

    public long position() {
        return position;
    }

    /**
     * Reads some bytes, at least one.
     *
     * @throws ImageRejectedException if the archive is damaged or ends here
     * @throws IOException if the storage fails
     */
    public int read(byte[] target, int offset, int length) throws IOException, ImageRejectedException {
        try {
            int count = in.read(target, offset, length);
            if (count < 0) {
                throw new ImageRejectedException(
                        RejectionReason.TRUNCATED, "the archive unpacks to " + position + " bytes and ends there");
            }
            position += count;
            return count;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (EOFException e) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED, "the archive ends after " + position + " unpacked bytes");
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private ImageRejectedException damaged(IOException e) {
        return new ImageRejectedException(
                RejectionReason.CORRUPT,
                "the archive is damaged after " + position + " unpacked bytes: " + e.getMessage());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
