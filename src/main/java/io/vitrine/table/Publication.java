package io.vitrine.table;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** How the files of a commit become visible to readers that know nothing of records. */
public enum Publication {
    /** The commit is written under a name that readers skip, and renamed in one step when it is complete. */
    RENAME,
    /**
     * The commit is written to its own place, and its record makes it count. Nothing makes several objects appear at once, so a
     * plain reader can see a commit before it counts.
     */
    IN_PLACE;

    /** File systems that rename a folder in one step. */
    private static final Set<String> ATOMIC = Set.of("file", "hdfs", "webhdfs", "swebhdfs");

    /** Azure renames a folder in one step where the account has a hierarchical namespace; ACLs exist only there. */
    private static final Set<String> AZURE = Set.of("abfs", "abfss");

    /** Its mount points lead to other file systems. */
    private static final String VIEW = "viewfs";

    /**
     * The way of the file system that holds {@code folder}. Schemes that are not known are published in place: s3a, gs, wasb, oss,
     * cosn and swift copy each object to rename it, and whether Ozone's o3fs and ofs do depends on the bucket's layout.
     */
    public static Publication of(Path folder, Configuration configuration) throws IOException {
        FileSystem fs = folder.getFileSystem(configuration);
        String scheme = fs.getUri().getScheme();
        if (scheme.equals(VIEW)) {
            Path target = nearest(fs, folder);
            return target.toUri().getScheme().equals(VIEW) ? IN_PLACE : of(target, configuration);
        }
        boolean isAtomic = ATOMIC.contains(scheme)
                || AZURE.contains(scheme) && fs.hasPathCapability(folder, CommonPathCapabilities.FS_ACLS);
        return isAtomic ? RENAME : IN_PLACE;
    }

    /** Where the folder, or the nearest one above it that exists, is mounted from. */
    private static Path nearest(FileSystem fs, Path folder) throws IOException {
        for (Path path = folder; ; path = path.getParent()) {
            try {
                return fs.resolvePath(path);
            } catch (FileNotFoundException e) {
                if (path.getParent() == null) {
                    throw e;
                }
            }
        }
    }
}
