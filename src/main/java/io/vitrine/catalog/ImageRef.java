package io.vitrine.catalog;

import io.vitrine.archive.Extent;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Map;
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
    /** The order of images on storage: members of one archive follow each other as their bytes do. */
    public static final Comparator<ImageRef> BY_PLACE = Comparator.comparing(ImageRef::file)
            .thenComparingLong(ref -> ref.source() instanceof ImageSource.ArchiveMember member
                    ? member.extent().offset()
                    : 0)
            .thenComparing(ImageRef::path);

    private static final int SEGMENT_SHIFT = 24; // 16 MiB

    /** An image whose source follows from its path. */
    public ImageRef(String path, long length, long modified, String etag) {
        this(path, length, modified, etag, ImageSource.at(path));
    }

    /** A path from a table, whose state no listing gave. */
    public static ImageRef unlisted(String path) {
        return new ImageRef(path, -1, -1, null);
    }

    /** Whether a path names a member of an archive. */
    public static boolean isMember(String path) {
        return ArchivePaths.archiveEnd(path) < path.length();
    }

    /** A listed file. */
    public static ImageRef of(FileStatus file) {
        return of(file.getPath().toString(), file);
    }

    /** The file at {@code path}, in the state that its store gave. */
    public static ImageRef of(String path, FileStatus file) {
        String etag = file instanceof EtagSource source ? withoutQuotes(source.getEtag()) : null;
        return new ImageRef(path, file.getLen(), file.getModificationTime(), etag);
    }

    /** The path of the file that holds the bytes: of the archive for a member. */
    public String file() {
        return source instanceof ImageSource.ArchiveMember member ? member.archive() : path;
    }

    /** The same image without the bytes of its cell. */
    public ImageRef withoutBytes() {
        return source instanceof ImageSource.TableCell cell
                ? new ImageRef(path, length, modified, etag, cell.emptied())
                : this;
    }

    /** The same image, with one copy of the archive's path for all its members. */
    public ImageRef withShared(Map<String, String> archives) {
        if (!(source instanceof ImageSource.ArchiveMember member)) {
            return this;
        }
        String archive = archives.computeIfAbsent(member.archive(), path -> path);
        return new ImageRef(
                path,
                length,
                modified,
                etag,
                new ImageSource.ArchiveMember(archive, member.archiveLength(), member.extent()));
    }

    /** A key that members of an archive share that one task should read: 16 MiB of it, or all of it if it must be unpacked. */
    public String segment() {
        if (!(source instanceof ImageSource.ArchiveMember member)) {
            return path;
        }
        return member.extent().packing() == Extent.Packing.GZIP_STREAM
                ? member.archive()
                : member.archive() + "#" + (member.extent().offset() >> SEGMENT_SHIFT);
    }

    /** Whether a listing gave length, time and etag. */
    public boolean isListed() {
        return length >= 0;
    }

    /** An etag as the output has it: S3A of Hadoop 3.4 passes on the quotes of the HTTP header, S3A of 3.3 removes them. */
    static String withoutQuotes(String etag) {
        boolean quoted = etag != null && etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"");
        return quoted ? etag.substring(1, etag.length() - 1) : etag;
    }
}
