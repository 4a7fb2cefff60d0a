package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.LocationSecrets;
import io.vitrine.RejectionReason;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageFile;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ObjectRefusals;
import io.vitrine.catalog.ObjectStreams;
import io.vitrine.catalog.StorageAnswer;
import io.vitrine.catalog.StorageErrors;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;

/**
 * Reads whole objects. An object that is missing, changed, too large or cannot be read is rejected. A store that is gone, as {@link
 * StoreHealth} says, is a {@link StorageException}. Safe between threads.
 */
public final class ObjectReader implements SourceReader {
    /** How often an object is read whose store sends too few bytes. */
    private static final int SHORT_READS = 4;

    /** Bytes after which a reading thread says how far it is. */
    private static final int CHUNK_BYTES = 1 << 20;

    private final Configuration configuration;
    private final long maxBytes;
    private final ReadLimits limits;

    /** @param maxBytes limit on an object's length */
    public ObjectReader(Configuration configuration, long maxBytes, ReadLimits limits) {
        this.configuration = configuration;
        this.maxBytes = maxBytes;
        this.limits = limits;
    }

    @Override
    public ReadLimits limits() {
        return limits;
    }

    @Override
    public ImageRef stat(ImageRef ref, ObjectRead read) throws ImageRejectedException {
        if (ref.isListed()) {
            return ref;
        }
        if (LocationSecrets.isMasked(ref.path())) {
            throw new ImageRejectedException(
                    RejectionReason.UNREADABLE,
                    "its location in the list holds credentials, which are not used. List it without them");
        }
        try {
            ImageRef found = ImageRef.of(ImageFile.of(ref.path(), configuration).status());
            return new ImageRef(ref.path(), found.length(), found.modified(), found.etag());
        } catch (IOException e) {
            throw rejected(ref, read, e);
        } catch (IllegalArgumentException e) {
            throw new ImageRejectedException(RejectionReason.MISSING, "not a path: " + e.getMessage());
        }
    }

    @Override
    public Content read(ImageRef ref, ByteArrayPool pool, ObjectRead read) throws ImageRejectedException {
        if (ref.length() > maxBytes) {
            throw ImageRejectedException.tooManyBytes(ref.length() + " bytes", maxBytes);
        }
        return new Content(ref, read(ref, 0, (int) ref.length(), pool, read));
    }

    /**
     * Reads a range of an object.
     *
     * @throws ImageRejectedException as {@link #read(ImageRef, ByteArrayPool, ObjectRead)}
     */
    FileBytes read(ImageRef ref, long offset, int length, ByteArrayPool pool, ObjectRead read)
            throws ImageRejectedException {
        try {
            ImageFile file = ImageFile.of(ref.path(), configuration);
            requireUnchanged(ref, file);
            FileBytes bytes = readAgain(file, ref, offset, length, pool, read);
            StoreHealth.of(ref.path()).answered();
            return bytes;
        } catch (IOException e) {
            throw rejected(ref, read, e);
        } catch (IllegalArgumentException e) {
            throw new ImageRejectedException(RejectionReason.MISSING, "not a path: " + e.getMessage());
        } catch (OutOfMemoryError e) { // Spark would end the executor
            throw new ImageRejectedException(
                    RejectionReason.OUT_OF_MEMORY, length + " bytes need more memory than this executor has left");
        }
    }

    /** Opens an object from its beginning, if it is as it was listed. */
    FSDataInputStream open(ImageRef ref) throws IOException, ImageRejectedException {
        ImageFile file = ImageFile.of(ref.path(), configuration);
        requireUnchanged(ref, file);
        return ObjectStreams.open(file, ref, ObjectStreams.Policy.WHOLE);
    }

    /** Reads again if the store sends too few bytes of an object that is still as listed. */
    private static FileBytes readAgain(
            ImageFile file, ImageRef ref, long offset, int length, ByteArrayPool pool, ObjectRead read)
            throws IOException, ImageRejectedException {
        boolean isWhole = length == ref.length();
        ObjectStreams.Policy policy = isWhole ? ObjectStreams.Policy.WHOLE : ObjectStreams.Policy.RANGES;
        int step = isWhole ? CHUNK_BYTES : length; // on S3 the first read of a range decides how long the request is
        for (int attempt = 1; ; attempt++) {
            try (FSDataInputStream in = ObjectStreams.open(file, ref, policy)) {
                if (offset > 0) {
                    in.seek(offset);
                }
                return read(in, length, step, pool, read);
            } catch (EOFException e) {
                Optional<ImageRejectedException> shortened = ObjectRefusals.shortened(file, ref);
                if (shortened.isPresent()) {
                    throw shortened.get();
                }
                if (attempt == SHORT_READS) {
                    throw new IOException(
                            "the store sends " + read.bytes() + " of " + length + " bytes, and says no more", e);
                }
            }
        }
    }

    /** @param step bytes to ask for at once */
    private static FileBytes read(FSDataInputStream in, int length, int step, ByteArrayPool pool, ObjectRead read)
            throws IOException {
        byte[] array = pool.acquire(length);
        boolean complete = false;
        try {
            int filled = 0;
            while (filled < length) {
                int count = in.read(array, filled, Math.min(length - filled, step));
                if (count < 0) {
                    throw new EOFException();
                }
                filled += count;
                read.progress(filled);
                if (read.isAbandoned()) {
                    throw new InterruptedIOException("given up");
                }
            }
            complete = true;
            return new FileBytes(array, 0, length);
        } finally {
            if (!complete) {
                pool.release(array);
            }
        }
    }

    /** A store with version tags checks it itself. */
    private static void requireUnchanged(ImageRef listed, ImageFile file) throws IOException, ImageRejectedException {
        if (listed.etag() != null) {
            return;
        }
        FileStatus actual = file.status();
        StoreHealth.of(listed.path()).described();
        if (actual.getLen() != listed.length() || actual.getModificationTime() != listed.modified()) {
            throw new ImageRejectedException(
                    RejectionReason.CHANGED,
                    "replaced since it was listed: " + listed.length() + " bytes at " + listed.modified() + ", now "
                            + actual.getLen() + " at " + actual.getModificationTime());
        }
    }

    /** The rejection if the object is at fault, or may be; throws a {@link StorageException} if the store is gone. */
    static ImageRejectedException rejected(ImageRef ref, ObjectRead read, IOException e) {
        StoreHealth health = StoreHealth.of(ref.path());
        Optional<ImageRejectedException> ofObject = ObjectRefusals.of(ref.path(), e);
        if (ofObject.isPresent()) {
            health.answered();
            return ofObject.get();
        }
        if (!read.isAbandoned() && health.failed(ref.path())) {
            throw StorageErrors.of(StoreHealth.GONE, ref.path(), e);
        }
        return new ImageRejectedException(
                RejectionReason.UNREADABLE,
                String.format(
                        Locale.ROOT,
                        "the storage did not deliver it within %.1f s, retries included: %s",
                        read.age().toMillis() / 1000.0,
                        StorageAnswer.of(e).describe()));
    }
}
