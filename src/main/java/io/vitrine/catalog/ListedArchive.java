package io.vitrine.catalog;

import io.vitrine.archive.PackedContents;
import java.io.Serializable;

/**
 * An archive whose contents are known.
 *
 * @param archive in the state in which it was listed
 */
record ListedArchive(ImageRef archive, PackedContents contents, Origin origin) implements Serializable {
    /** Where the contents come from. */
    enum Origin {
        /** From the archive, read by this run, which was whole and did not change meanwhile. */
        ARCHIVE,
        /** From an earlier run, which kept them. */
        KEPT,
        /** From an earlier run, which kept them so long ago that they are due to be kept anew. */
        KEPT_LONG_AGO,
        /**
         * From an archive that is damaged, could not be read, changed meanwhile or is so new that it may yet change unnoticed. The
         * next run may find something else.
         */
        UNSETTLED;

        /** Whether a file of the contents is to be written for later runs. */
        boolean isToKeep() {
            return this == ARCHIVE || this == KEPT_LONG_AGO;
        }
    }
}
