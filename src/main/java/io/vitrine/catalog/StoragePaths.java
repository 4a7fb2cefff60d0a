package io.vitrine.catalog;

import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A folder's name as people write it. */
public final class StoragePaths {
    private static final Pattern STORE = Pattern.compile("[^/]+://[^/]+");

    private StoragePaths() {}

    /** Its path with scheme and from the root on, as text without a slash at its end. */
    public static String qualified(String folder, Configuration configuration) {
        Path path = path(folder);
        try {
            return path.getFileSystem(configuration)
                    .makeQualified(path)
                    .toString()
                    .replaceAll("/+$", "");
        } catch (IOException e) {
            throw StorageErrors.of("reach", folder, e);
        }
    }

    /** Its path; a bucket's name alone is its root, which Hadoop would not take for a path. */
    public static Path path(String folder) {
        return new Path(STORE.matcher(folder).matches() ? folder + "/" : folder);
    }
}
