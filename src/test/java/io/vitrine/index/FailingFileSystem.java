package io.vitrine.index;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, which refuses every change of the files of {@code /index/} from a chosen one on, as if the program had died
 * there.
 */
public final class FailingFileSystem extends LocalFileSystem {
    private static final String WATCHED = "/index/";

    private static volatile Optional<Pattern> first = Optional.empty();
    private static volatile boolean failing;

    /** @param change the first change that fails, such as {@code rename .*manifest.*} */
    static void failFrom(String change) {
        first = Optional.of(Pattern.compile(change));
        failing = false;
    }

    static void work() {
        first = Optional.empty();
        failing = false;
    }

    static boolean hasFailed() {
        return failing;
    }

    private static void check(String change, Path path) throws IOException {
        if (!path.toString().contains(WATCHED)) {
            return;
        }
        String text = change + " " + path;
        if (first.filter(pattern -> pattern.matcher(text).matches()).isPresent()) {
            failing = true;
        }
        if (failing) {
            throw new IOException("no " + text);
        }
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        check("create", file);
        return super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
    }

    /** Hadoop's goes to the file system below this one. */
    @Override
    public void copyFromLocalFile(boolean delete, boolean overwrite, Path from, Path to) throws IOException {
        check("create", to);
        super.copyFromLocalFile(delete, overwrite, from, to);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        check("rename", to);
        return super.rename(from, to);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
        check("delete", path);
        return super.delete(path, recursive);
    }
}
