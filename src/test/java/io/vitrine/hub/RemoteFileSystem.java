package io.vitrine.hub;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local files as shared storage, {@code remote:///folder}. May announce more bytes per file than it has. */
public final class RemoteFileSystem extends RawLocalFileSystem {
    /** The number of bytes that each file lacks. */
    static final String MISSING_BYTES = "fs.remote.missing.bytes";

    @Override
    public URI getUri() {
        return URI.create("remote:///");
    }

    @Override
    public FileStatus[] listStatus(Path folder) throws IOException {
        FileStatus[] files = super.listStatus(folder);
        for (int i = 0; i < files.length; i++) {
            FileStatus file = files[i];
            files[i] = new FileStatus(
                    file.getLen() + getConf().getLong(MISSING_BYTES, 0),
                    file.isDirectory(),
                    1,
                    0,
                    file.getModificationTime(),
                    file.getPath());
        }
        return files;
    }
}
