package io.vitrine.catalog;

import io.vitrine.ConfigurationException;
import io.vitrine.LocationSecrets;
import io.vitrine.StorageException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Locations as people write them, as Hadoop's paths. Every input, list, model and output passes through here, so that {@code
 * s3://} is {@code s3a://}, the scheme of Hadoop's connector, everywhere.
 */
public final class StoragePaths {
    private static final Pattern BUCKET = Pattern.compile("[^/]+://[^/]+");
    private static final String S3 = "^s3://";
    private static final String S3A = "s3a://";

    private static final Pattern GLOB = Pattern.compile(".*[*?\\[{].*");

    private StoragePaths() {}

    /** Whether {@code location} has characters that make it a pattern. */
    public static boolean isGlob(String location) {
        return GLOB.matcher(location).matches();
    }

    /** {@code location} with the scheme of its connector: {@code s3a} for {@code s3}. */
    public static String canonical(String location) {
        return location.replaceFirst(S3, S3A);
    }

    /**
     * The path of {@code location}. A bucket without a path means its root.
     *
     * @throws ConfigurationException if it is not a path, or holds credentials
     */
    public static Path parse(String location) {
        String text = canonical(LocationSecrets.requireNone("A location", location));
        try {
            return new Path(BUCKET.matcher(text).matches() ? text + "/" : text);
        } catch (IllegalArgumentException e) {
            throw notAPath(location, e);
        }
    }

    /** The file system of {@code path}. A connector that fails on the location or cannot be loaded is an {@link IOException} too. */
    public static FileSystem fileSystem(Path path, Configuration configuration) throws IOException {
        try {
            return path.getFileSystem(configuration);
        } catch (RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Whether the file system is this host's. */
    public static boolean isLocal(FileSystem fs) {
        return fs.getUri().getScheme().equals("file");
    }

    /**
     * The full path of {@code location}, with scheme and without a slash at its end.
     *
     * @throws StorageException naming {@code location} if its file system cannot be reached
     */
    public static String qualified(String location, Configuration configuration) {
        requireNamed(location);
        String path = CanonicalPaths.ofWorkingFolder(configuration).of(location);
        try {
            ImageFile.of(path, configuration); // its connector is there
            return path.replaceAll("/+$", "");
        } catch (IOException | IllegalArgumentException e) {
            throw StorageErrors.of("reach", location, e);
        }
    }

    /** @throws ConfigurationException if {@code location} is blank */
    static void requireNamed(String location) {
        if (location.isBlank()) {
            throw notAPath(location, new IllegalArgumentException("it is blank"));
        }
    }

    private static ConfigurationException notAPath(String location, IllegalArgumentException e) {
        return new ConfigurationException(
                "'" + location + "' is not a path: " + e.getMessage()
                        + ". Give a folder such as /data/photos, or one on a store such as s3a://bucket/photos.",
                e);
    }
}
