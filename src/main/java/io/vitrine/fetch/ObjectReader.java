package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.LocationSecrets;
import io.vitrine.RejectionReason;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.Path;

/**
 * Reads whole objects. An object that is missing, changed, too large or unreadable is rejected. Every other failure of the store
 * is a {@link StorageException}. Safe between threads.
 */
public final class ObjectReader {
    private final Configuration configuration;
    private final long maxBytes;

    /** @param maxBytes limit on an object's length */
    public ObjectReader(Configuration configuration, long maxBytes) {
        this.configuration = configuration;
        this.maxBytes = maxBytes;
    }

    /**
     * Asks the store for an unlisted object's length, time and etag. Returns a listed one unchanged.
     *
     * @throws ImageRejectedException if there is no object under this path, or it may not be read
     * @throws StorageException if the store fails
     */
    ImageRef stat(ImageRef ref) throws ImageRejectedException {
        if (ref.isListed()) {
            return ref;
        }
        if (LocationSecrets.isMasked(ref.path())) {
            throw new ImageRejectedException(
                    RejectionReason.UNREADABLE,
                    "its location in the list holds credentials, which are not used. List it without them");
        }
        try {
            Path path = new Path(ref.path());
            FileStatus status = StoragePaths.fileSystem(path, configuration).getFileStatus(path);
            if (!status.isFile()) {
                throw new ImageRejectedException(RejectionReason.NOT_AN_IMAGE, "a folder");
            }
            ImageRef found = ImageRef.of(status);
            return new ImageRef(ref.path(), found.length(), found.modified(), found.etag());
        } catch (IOException e) {
            throw rejected(ref, e);
        } catch (IllegalArgumentException e) {
            throw new ImageRejectedException(RejectionReason.MISSING, "not a path: " + e.getMessage());
        }
    }

    /**
     * Reads one object.
     *
     * @param pool gives the array of the result; the caller releases it
     * @throws ImageRejectedException if the object is gone, changed after it was listed, too large, or may not be read
     * @throws StorageException if the store fails
     */
    FileBytes read(ImageRef ref, ByteArrayPool pool) throws ImageRejectedException {
        if (ref.length() > maxBytes) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    ref.length() + " bytes; the limit is " + maxBytes + " (--max-image-bytes)");
        }
        try {
            Path path = new Path(ref.path());
            FileSystem fs = StoragePaths.fileSystem(path, configuration);
            if (ref.etag() == null) {
                requireUnchanged(ref, fs.getFileStatus(path));
            }
            try (FSDataInputStream in = open(fs, path, ref)) {
                return read(in, (int) ref.length(), pool);
            }
        } catch (IOException e) {
            throw rejected(ref, e);
        }
    }

    private static FileBytes read(FSDataInputStream in, int length, ByteArrayPool pool) throws IOException {
        byte[] array = pool.acquire(length);
        boolean complete = false;
        try {
            in.readFully(0, array, 0, length);
            complete = true;
            return new FileBytes(array, 0, length);
        } finally {
            if (!complete) {
                pool.release(array);
            }
        }
    }

    private static FSDataInputStream open(FileSystem fs, Path path, ImageRef ref) throws IOException {
        FutureDataInputStreamBuilder builder = fs.openFile(path)
                .opt("fs.option.openfile.read.policy", "whole-file") // from Hadoop 3.3.5 on
                .opt("fs.s3a.experimental.input.fadvise", "sequential"); // earlier versions
        if ("s3a".equals(fs.getUri().getScheme())) {
            builder.withFileStatus(S3AStatus.of(ref, path));
        }
        try {
            return builder.build().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while opening " + path, e);
        }
    }

    private static void requireUnchanged(ImageRef listed, FileStatus actual) throws ImageRejectedException {
        if (actual.getLen() != listed.length() || actual.getModificationTime() != listed.modified()) {
            throw new ImageRejectedException(
                    RejectionReason.CHANGED,
                    "replaced since it was listed: " + listed.length() + " bytes at " + listed.modified() + ", now "
                            + actual.getLen() + " at " + actual.getModificationTime());
        }
    }

    /** The rejection if the object is at fault; throws a {@link StorageException} if the store is. */
    private static ImageRejectedException rejected(ImageRef ref, IOException e) {
        String name = e.getClass().getSimpleName();
        String text = String.valueOf(e.getMessage());
        if (name.equals("UnknownStoreException")) {
            return new ImageRejectedException(RejectionReason.MISSING, "the bucket does not exist");
        } else if (name.equals("UnsupportedFileSystemException")) {
            return new ImageRejectedException(RejectionReason.UNREADABLE, StorageErrors.missingConnector(ref.path()));
        } else if (name.equals("AccessDeniedException") || text.contains("(Permission denied)")) {
            return new ImageRejectedException(RejectionReason.UNREADABLE, "access denied");
        } else if (e instanceof FileNotFoundException) {
            return new ImageRejectedException(RejectionReason.MISSING, "no object under this path");
        } else if (name.equals("RemoteFileChangedException") || text.contains("Status Code: 412")) {
            return new ImageRejectedException(RejectionReason.CHANGED, "replaced since it was listed");
        } else if (e instanceof EOFException) {
            return new ImageRejectedException(RejectionReason.CHANGED, "shorter than when it was listed");
        }
        throw StorageErrors.of("read the image", ref.path(), e);
    }
}
