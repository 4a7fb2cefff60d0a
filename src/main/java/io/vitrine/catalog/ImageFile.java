package io.vitrine.catalog;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * An image's canonical path as the file system and the path that open it, whatever its name is: Hadoop's paths change some keys
 * of S3, and its checksums of local files fail on a colon.
 *
 * @param fileSystem opens {@code path}
 */
public record ImageFile(FileSystem fileSystem, Path path) {
    private static final Pattern S3A = Pattern.compile("(s3a)://([^/]+)(?:/(.*))?", Pattern.DOTALL);
    private static final Pattern URL = Pattern.compile("https?:.*", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** The longest path: HDFS allows 8,000 characters, Linux 4,096 bytes, S3 1,024. */
    static final int MAX_LENGTH = 8_192;

    private static final int SHOWN_LENGTH = 300;

    /**
     * The file at {@code path}.
     *
     * @param path canonical
     * @throws UnsupportedFileSystemException if no connector reads such paths
     * @throws IOException if the connector cannot reach its store
     * @throws IllegalArgumentException if {@code path} is not a path
     */
    public static ImageFile of(String path, Configuration configuration) throws IOException {
        if (path.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    path.length() + " characters; the limit is " + MAX_LENGTH + ": " + shown(path));
        }
        if (URL.matcher(path).matches()) {
            throw new UnsupportedFileSystemException("web addresses are read from a list only: --input-list");
        }
        Path place = hadoopPath(path);
        FileSystem fs = StoragePaths.fileSystem(place, configuration);
        boolean raw = fs instanceof LocalFileSystem && place.getName().indexOf(':') >= 0;
        return new ImageFile(raw ? ((LocalFileSystem) fs).getRaw() : fs, place);
    }

    private static Path hadoopPath(String path) {
        Matcher s3 = S3A.matcher(path);
        if (s3.matches()) {
            return ExactPath.of(
                    s3.group(1), s3.group(2), Optional.ofNullable(s3.group(3)).orElse(""));
        }
        if (path.startsWith("s3a:")) {
            throw new IllegalArgumentException("no bucket in " + shown(path));
        }
        return new Path(path);
    }

    /**
     * Asks the store for the file's length, time and tag.
     *
     * @throws ImageRejectedException if it is a folder, or a FIFO, socket or device, which may never be opened
     */
    public FileStatus status() throws IOException, ImageRejectedException {
        FileStatus status = fileSystem.getFileStatus(path);
        if (!status.isFile()) {
            throw new ImageRejectedException(RejectionReason.NOT_AN_IMAGE, "a folder");
        }
        if (StoragePaths.isLocal(fileSystem) && !isRegular()) {
            throw new ImageRejectedException(RejectionReason.NOT_AN_IMAGE, "a FIFO, socket or device");
        }
        return status;
    }

    private boolean isRegular() {
        try {
            return Files.isRegularFile(java.nio.file.Path.of(path.toUri().getPath()));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** What a row says of an image that is not there: where it was looked for, and what may be wrong with the path. */
    public static String missing(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return "nothing at " + shown(path)
                + (name.equals(name.strip()) ? "" : " (the path ends or its last name begins with a blank)");
    }

    /** {@code path} for messages and records: one line, without control characters, shortened if it is very long. */
    public static String shown(String path) {
        String start = path.length() <= SHOWN_LENGTH ? path : path.substring(0, SHOWN_LENGTH) + "...";
        return CONTROL.matcher(start).replaceAll("\uFFFD");
    }
}
