package io.vitrine.archive;

import java.util.Locale;
import java.util.Optional;

/** The kinds of archives that are read. A file's name says which it is, as for every tool that writes shards. */
public enum ArchiveFormat {
    TAR,
    TAR_GZIP,
    ZIP;

    /** The format of the file called {@code name}; empty if it is no archive. */
    public static Optional<ArchiveFormat> of(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".tar")) {
            return Optional.of(TAR);
        } else if (lower.endsWith(".tar.gz") || lower.endsWith(".tgz")) {
            return Optional.of(TAR_GZIP);
        }
        return lower.endsWith(".zip") ? Optional.of(ZIP) : Optional.empty();
    }
}
