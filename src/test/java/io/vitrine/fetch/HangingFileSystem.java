package io.vitrine.fetch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file system whose objects have 100 bytes. A read of the object {@code hang} returns when {@link #RELEASE} is open, whatever
 * interrupts it; each byte of {@code trickle} takes 50 ms.
 */
public final class HangingFileSystem extends RawLocalFileSystem {
    static final int LENGTH = 100;
    static final URI ROOT = URI.create("hanging://host/");
    static final CountDownLatch RELEASE = new CountDownLatch(1);

    @Override
    public URI getUri() {
        return ROOT;
    }

    @Override
    public FileStatus getFileStatus(Path path) {
        return new FileStatus(LENGTH, false, 1, 0, 0, path);
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) {
        return new FSDataInputStream(new Slow(path.getName()));
    }

    /** Bytes of ones. */
    private static final class Slow extends FSInputStream {
        private final String name;
        private final ByteArrayInputStream bytes = new ByteArrayInputStream(new byte[LENGTH]);

        Slow(String name) {
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (name.equals("hang")) {
                awaitRelease();
            }
            if (name.equals("trickle")) {
                pause();
                return bytes.read(target, offset, 1);
            }
            return bytes.read(target, offset, length);
        }

        private static void awaitRelease() {
            while (true) {
                try {
                    RELEASE.await();
                    return;
                } catch (InterruptedException e) {
                    // as a file on a mount whose server is gone
                }
            }
        }

        private static void pause() throws IOException {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void seek(long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getPos() {
            return (long) LENGTH - bytes.available();
        }

        @Override
        public boolean seekToNewSource(long target) {
            return false;
        }
    }
}
