package io.vitrine.testkit;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A read-only store that takes no disk: {@code scheme://n1000000/} has a million files, a thousand in each folder {@code shelf-0},
 * {@code shelf-1} and so on.
 */
public abstract class ShelfFileSystem extends FileSystem {
    private static final int IN_A_FOLDER = 1000;

    private URI uri;
    private int count;

    /** A file as a listing has it, by its number in the whole store. */
    protected abstract FileStatus listed(Path folder, int number);

    /** A file that is asked for by its path. */
    protected abstract FileStatus file(Path path) throws IOException;

    @Override
    public final void initialize(URI name, Configuration conf) throws IOException {
        super.initialize(name, conf);
        uri = URI.create(name.getScheme() + "://" + name.getAuthority());
        count = Integer.parseInt(name.getAuthority().substring(1));
    }

    @Override
    public final URI getUri() {
        return uri;
    }

    @Override
    public final FileStatus getFileStatus(Path path) throws IOException {
        if (path.depth() > 2) {
            throw new FileNotFoundException(path.toString());
        }
        return path.depth() == 2 ? file(path) : folder(path);
    }

    private FileStatus folder(Path path) {
        return new FileStatus(0, true, 1, 0, 0, makeQualified(path));
    }

    @Override
    public final FileStatus[] listStatus(Path path) {
        if (path.depth() == 0) {
            FileStatus[] folders = new FileStatus[(count + IN_A_FOLDER - 1) / IN_A_FOLDER];
            for (int i = 0; i < folders.length; i++) {
                folders[i] = folder(new Path(path, "shelf-" + i));
            }
            return folders;
        }
        int first = IN_A_FOLDER * Integer.parseInt(path.getName().substring("shelf-".length()));
        FileStatus[] files = new FileStatus[Math.min(IN_A_FOLDER, count - first)];
        for (int i = 0; i < files.length; i++) {
            files[i] = listed(path, first + i);
        }
        return files;
    }

    @Override
    public final Path getWorkingDirectory() {
        return new Path(uri + "/");
    }

    @Override
    public final void setWorkingDirectory(Path path) {}

    @Override
    public final FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final boolean rename(Path from, Path to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final boolean delete(Path path, boolean recursive) {
        throw new UnsupportedOperationException();
    }

    @Override
    public final boolean mkdirs(Path path, FsPermission permission) {
        throw new UnsupportedOperationException();
    }
}
