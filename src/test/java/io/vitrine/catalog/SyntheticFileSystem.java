package io.vitrine.catalog;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** A store with names and no contents: {@code synthetic://n1000000/} lists a million files, a thousand per folder. */
public final class SyntheticFileSystem extends FileSystem {
    private static final int IN_A_FOLDER = 1000;

    private URI uri;
    private int count;

    @Override
    public void initialize(URI name, org.apache.hadoop.conf.Configuration conf) throws IOException {
        super.initialize(name, conf);
        uri = URI.create(name.getScheme() + "://" + name.getAuthority());
        count = Integer.parseInt(name.getAuthority().substring(1));
    }

    @Override
    public URI getUri() {
        return uri;
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        int depth = path.depth();
        if (depth > 2) {
            throw new FileNotFoundException(path.toString());
        }
        return depth == 2 ? file(path) : folder(path);
    }

    private FileStatus folder(Path path) {
        return new FileStatus(0, true, 1, 0, 0, makeQualified(path));
    }

    private FileStatus file(Path path) {
        return new FileStatus(100_000, false, 1, 0, 1_700_000_000_000L, makeQualified(path));
    }

    @Override
    public FileStatus[] listStatus(Path path) {
        if (path.depth() == 0) {
            FileStatus[] folders = new FileStatus[(count + IN_A_FOLDER - 1) / IN_A_FOLDER];
            for (int i = 0; i < folders.length; i++) {
                folders[i] = folder(new Path(path, "shelf-" + i));
            }
            return folders;
        }
        int shelf = Integer.parseInt(path.getName().substring("shelf-".length()));
        FileStatus[] files = new FileStatus[Math.min(IN_A_FOLDER, count - shelf * IN_A_FOLDER)];
        for (int i = 0; i < files.length; i++) {
            files[i] = file(new Path(path, "photograph-of-something-" + i + ".jpg"));
        }
        return files;
    }

    @Override
    public Path getWorkingDirectory() {
        return new Path(uri + "/");
    }

    @Override
    public void setWorkingDirectory(Path path) {}

    @Override
    public FSDataInputStream open(Path path, int bufferSize) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FSDataOutputStream create(
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
    public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean rename(Path from, Path to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean delete(Path path, boolean recursive) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) {
        throw new UnsupportedOperationException();
    }
}
