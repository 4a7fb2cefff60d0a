package io.vitrine.fetch;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A store that describes every object and never answers a read. */
public final class BrokenFileSystem extends RawLocalFileSystem {
    @Override
    public URI getUri() {
        return URI.create("broken:///");
    }

    @Override
    public FileStatus getFileStatus(Path path) {
        return new FileStatus(100, false, 1, 0, 0, path);
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        throw new SocketTimeoutException("Read timed out");
    }
}
