package io.vitrine.archive;

import java.io.IOException;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Finds the members of an archive. A tar is read once from beginning to end, of a zip only its directory. Takes at most
 * about 450 MB, whatever the archive says.
 */
public final class ArchiveIndex {
    private ArchiveIndex() {}

    /**
     * The members of an archive.
     *
     * @param file at its beginning; closed afterwards
     * @param length of the file
     * @param texts names of members whose content is wanted as text
     * @throws IOException if the storage fails; damage of the archive is part of its contents
     */
    public static ArchiveContents read(
            FSDataInputStream file, ArchiveFormat format, long length, Predicate<String> texts) throws IOException {
        try (file) {
            return format == ArchiveFormat.ZIP
                    ? new ZipIndex(file, length, texts).read()
                    : new TarIndex(file, format, length, texts).read();
        }
    }
}
