package io.vitrine.catalog;

import io.vitrine.testkit.ShelfFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** A store with names and no contents: {@code synthetic://n1000000/} lists a million files. */
public final class SyntheticFileSystem extends ShelfFileSystem {
    @Override
    protected FileStatus listed(Path folder, int number) {
        return file(new Path(folder, "photograph-of-something-" + number + ".jpg"));
    }

    @Override
    protected FileStatus file(Path path) {
        return new FileStatus(100_000, false, 1, 0, 1_700_000_000_000L, makeQualified(path));
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) {
        throw new UnsupportedOperationException();
    }
}
