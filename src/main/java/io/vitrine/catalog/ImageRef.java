package io.vitrine.catalog;

import java.io.Serializable;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;

/**
 * An image to process: its name, its state as a listing gave it, and where its bytes are.
 *
 * @param path full, with scheme
 * @param length in bytes; -1 if unlisted
 * @param modified milliseconds since 1970; -1 if unlisted
 * @param etag the store's version tag, or null if it has none
 */
public record ImageRef(String path, long length, long modified, String etag, ImageSource source)
        implements Serializable {
    /** An image whose source follows from its path. */
    public ImageRef(String path, long length, long modified, String etag) {
        this(path, length, modified, etag, ImageSource.at(path));
    }

    /** A path from a table, whose state no listing gave. */
    public static ImageRef unlisted(String path) {
        return new ImageRef(path, -1, -1, null);
    }

    /** A listed file. */
    public static ImageRef of(FileStatus file) {
        return of(file.getPath().toString(), file);
    }

    /** The file at {@code path}, in the state that its store gave. */
    public static ImageRef of(String path, FileStatus file) {
        String etag = file instanceof EtagSource source ? source.getEtag() : null;
        return new ImageRef(path, file.getLen(), file.getModificationTime(), etag);
    }

    /** Whether a listing gave length, time and etag. */
    public boolean isListed() {
        return length >= 0;
    }
}
