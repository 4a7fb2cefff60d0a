package io.vitrine.catalog;

import io.vitrine.RejectionReason;
import io.vitrine.archive.Extent;
import java.io.Serializable;

/**
 * Where an image's bytes are. An image's path names it; its source says how its bytes are read. Everything after the bytes is the
 * same for all sources.
 */
public sealed interface ImageSource extends Serializable {
    /**
     * The source of an image of which only the path is known, such as a row of an input list.
     *
     * @param path canonical
     */
    static ImageSource at(String path) {
        return path.startsWith("http:") || path.startsWith("https:") ? WebFile.INSTANCE : StoredObject.INSTANCE;
    }

    /** A file of a web server, at the image's path. */
    enum WebFile implements ImageSource {
        INSTANCE
    }

    /** A whole object of a file system or store, at the image's path. */
    enum StoredObject implements ImageSource {
        INSTANCE
    }

    /**
     * A member of an archive. The image's time and version tag are those of the archive.
     *
     * @param archive canonical path
     * @param archiveLength in bytes
     */
    record ArchiveMember(String archive, long archiveLength, Extent extent) implements ImageSource {}

    /**
     * A cell of a table, whose bytes Spark has read. It is made in the task that reads them and never sent on.
     *
     * @param bytes as the column has them
     * @param encoding what they are
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record TableCell(byte[] bytes, Encoding encoding) implements ImageSource {
        private static final byte[] NOTHING = new byte[0];

        /** What a column holds. */
        public enum Encoding {
            /** Files. */
            BINARY,
            /** Files as text: base64 or {@code data:} addresses, in UTF-8. */
            TEXT
        }

        /** The same source after its bytes have been used. */
        TableCell emptied() {
            return new TableCell(NOTHING, encoding);
        }
    }

    /** Bytes that can't be read, as is known before reading. The image becomes a row that says why. */
    record Unavailable(RejectionReason reason, String message) implements ImageSource {}
}
