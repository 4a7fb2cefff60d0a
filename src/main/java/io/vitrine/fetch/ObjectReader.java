package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.catalog.ImageLister;
import io.vitrine.catalog.ImageRef;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FutureDataInputStreamBuilder;
import org.apache.hadoop.fs.Path;

/** Reads whole objects. Safe between threads. */
public final class ObjectReader {
    private final Configuration configuration;
    private final long maxBytes;

    /**
     * @param maxBytes of one object; a larger one is not read
     */
    public ObjectReader(Configuration configuration, long maxBytes) {
        this.configuration = configuration;
        this.maxBytes = maxBytes;
    }

    /** Finds an unlisted object's length, time and etag; a listed one is returned as it is. */
    ImageRef describe(ImageRef ref) throws ImageRejectedException {
        if (ref.isListed()) {
            return ref;
        }
        try {
            Path path = new Path(ref.path());
            FileStatus status = path.getFileSystem(configuration).getFileStatus(path);
            if (!status.isFile()) {
                throw new ImageRejectedException(RejectionReason.NOT_AN_IMAGE, "a folder");
            }
            ImageRef found = ImageLister.of(status);
            return new ImageRef(ref.path(), found.length(), found.modified(), found.etag());
        } catch (IOException e) {
            throw rejected(e);
        } catch (IllegalArgumentException e) {
            throw new ImageRejectedException(RejectionReason.MISSING, "not a path: " + e.getMessage());
        }
    }

    /**
     * Reads one object.
     *
     * @param buffers gives the array of what is returned; the caller gives it back
     * @throws ImageRejectedException if it is gone, was replaced since it was listed, is too large, or may not be read
     * @throws UncheckedIOException if the store fails otherwise: that is the run's fault to retry, not the image's
     */
    FileBytes read(ImageRef ref, ByteArrayPool buffers) throws ImageRejectedException {
        if (ref.length() > maxBytes) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    ref.length() + " bytes; the limit is " + maxBytes + " (--max-image-bytes)");
        }
        try {
            Path path = new Path(ref.path());
            FileSystem fs = path.getFileSystem(configuration);
            if (ref.etag() == null) {
                checkUnchanged(ref, fs.getFileStatus(path));
            }
            try (FSDataInputStream in = open(fs, path, ref)) {
                return read(in, (int) ref.length(), buffers);
            }
        } catch (IOException e) {
            throw rejected(e);
        }
    }

    private static FileBytes read(FSDataInputStream in, int length, ByteArrayPool buffers) throws IOException {
        byte[] array = buffers.take(length);
        boolean whole = false;
        try {
            in.readFully(0, array, 0, length);
            whole = true;
            return new FileBytes(array, 0, length);
        } finally {
            if (!whole) {
                buffers.giveBack(array);
            }
        }
    }

    private static FSDataInputStream open(FileSystem fs, Path path, ImageRef ref) throws IOException {
        FutureDataInputStreamBuilder builder = fs.openFile(path)
                .opt("fs.option.openfile.read.policy", "whole-file") // Hadoop 3.3.5 and later
                .opt("fs.s3a.experimental.input.fadvise", "sequential"); // before
        if (fs.getScheme().equals("s3a")) {
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
            throw new IOException("interrupted while opening " + path, e);
        }
    }

    private static void checkUnchanged(ImageRef ref, FileStatus now) throws ImageRejectedException {
        if (now.getLen() != ref.length() || now.getModificationTime() != ref.modified()) {
            throw new ImageRejectedException(
                    RejectionReason.CHANGED,
                    "replaced since it was listed: " + ref.length() + " bytes at " + ref.modified() + ", now "
                            + now.getLen() + " at " + now.getModificationTime());
        }
    }

    private static ImageRejectedException rejected(IOException e) {
        String name = e.getClass().getSimpleName();
        String text = String.valueOf(e.getMessage());
        if (name.equals("UnknownStoreException")) {
            return new ImageRejectedException(RejectionReason.MISSING, "the bucket does not exist");
        } else if (name.equals("UnsupportedFileSystemException")) {
            return new ImageRejectedException(
                    RejectionReason.UNREADABLE, "no connector for this scheme on the class path");
        } else if (name.equals("AccessDeniedException") || text.contains("(Permission denied)")) {
            return new ImageRejectedException(RejectionReason.UNREADABLE, "access denied");
        } else if (e instanceof FileNotFoundException) {
            return new ImageRejectedException(RejectionReason.MISSING, "no object under this path any more");
        } else if (name.equals("RemoteFileChangedException") || text.contains("Status Code: 412")) {
            return new ImageRejectedException(RejectionReason.CHANGED, "replaced since it was listed");
        } else if (e instanceof EOFException) {
            return new ImageRejectedException(RejectionReason.CHANGED, "shorter than when it was listed");
        }
        throw new UncheckedIOException(e);
    }
}
