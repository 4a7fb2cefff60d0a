package io.vitrine.fetch;

import io.vitrine.catalog.ImageRef;
import io.vitrine.testkit.Archives;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file system with one compressed file under every name. The first stream of a file whose name begins with {@code stall} stops at
 * half, until that of {@link #reset} is open.
 */
public final class HalfwayFileSystem extends RawLocalFileSystem {
    static final URI ROOT = URI.create("halfway://host/");
    static final byte[] UNPACKED = new byte[400_000];

    private static final byte[] FILE;

    static {
        new Random(1).nextBytes(UNPACKED); // so that it stays as long when it is packed
        FILE = Archives.gzip(UNPACKED);
    }

    private static final AtomicReference<CountDownLatch> RELEASE = new AtomicReference<>(new CountDownLatch(0));
    static final AtomicInteger OPENED = new AtomicInteger();
    static final AtomicInteger OPEN = new AtomicInteger();

    /** Lets the next first stream stall. */
    static CountDownLatch reset() {
        OPENED.set(0);
        OPEN.set(0);
        RELEASE.set(new CountDownLatch(1));
        return RELEASE.get();
    }

    /** A file as a listing has it. */
    static ImageRef file(String name) {
        return new ImageRef(ROOT + name, FILE.length, 0, null);
    }

    @Override
    public URI getUri() {
        return ROOT;
    }

    @Override
    public FileStatus getFileStatus(Path path) {
        return new FileStatus(FILE.length, false, 1, 0, 0, path);
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) {
        boolean first = OPENED.getAndIncrement() == 0;
        OPEN.incrementAndGet();
        return new FSDataInputStream(new Stream(first && path.getName().startsWith("stall")));
    }

    private static final class Stream extends FSInputStream {
        private final boolean stalls;
        private final ByteArrayInputStream bytes = new ByteArrayInputStream(FILE);
        private boolean closed;

        Stream(boolean stalls) {
            this.stalls = stalls;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (stalls && bytes.available() < FILE.length / 2) {
                awaitRelease();
            }
            return bytes.read(target, offset, length);
        }

        private static void awaitRelease() {
            while (true) {
                try {
                    RELEASE.get().await();
                    return;
                } catch (InterruptedException e) {
                    // as a file on a mount whose server is gone
                }
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                OPEN.decrementAndGet();
            }
        }

        @Override
        public void seek(long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long getPos() {
            return (long) FILE.length - bytes.available();
        }

        @Override
        public boolean seekToNewSource(long target) {
            return false;
        }
    }
}
