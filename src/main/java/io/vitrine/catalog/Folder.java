package io.vitrine.catalog;

import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/** A folder's name as people write it. */
public final class Folder {
    private static final Pattern STORE = Pattern.compile("[^/]+://[^/]+");

    private Folder() {}

    /** Its path; a bucket's name alone is its root, which Hadoop would not take for a path. */
    public static Path path(String folder) {
        return new Path(STORE.matcher(folder).matches() ? folder + "/" : folder);
    }
}
