package io.vitrine.soak;

import io.vitrine.testkit.ShelfFileSystem;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.security.AccessControlException;

/**
 * A store of small images that takes no disk: {@code soak://n200000/} has 200,000 of them, a thousand per folder. The name of an
 * image says which status its row must have: {@code soak://n200000/shelf-3/3017.ok.img}. Read-only.
 */
public final class SoakFileSystem extends ShelfFileSystem {
    /** The setting that makes it known. */
    static final String SETTING = "fs.soak.impl";

    private static final long MODIFIED = 1_700_000_000_000L;
    private static final Pattern NAME = Pattern.compile("([0-9]+)\\.([a-z_]+)\\.img");

    private final Set<Path> cut = ConcurrentHashMap.newKeySet();

    /** A store of {@code images}. */
    static String location(int images) {
        return "soak://n" + images + "/";
    }

    @Override
    protected FileStatus listed(Path folder, int number) {
        SoakImage image = SoakImage.of(number);
        return status(new Path(folder, number + "." + image.kind().status() + ".img"), image, MODIFIED);
    }

    @Override
    protected FileStatus file(Path path) throws IOException {
        SoakImage image = image(path);
        boolean replaced = image.kind() == SoakImage.Kind.CHANGED;
        return status(path, image, replaced ? MODIFIED + 1 : MODIFIED);
    }

    private FileStatus status(Path path, SoakImage image, long modified) {
        return new FileStatus(image.bytes().length, false, 1, 0, modified, makeQualified(path));
    }

    /** @throws IOException as the store answers for an image that it does not deliver */
    private static SoakImage image(Path path) throws IOException {
        Matcher name = NAME.matcher(path.getName());
        if (!name.matches()) {
            throw new FileNotFoundException(path.toString());
        }
        SoakImage image = SoakImage.of(Integer.parseInt(name.group(1)));
        switch (image.kind()) {
            case MISSING -> throw new FileNotFoundException(path.toString());
            case DENIED ->
                throw new AccessControlException("Permission denied: user=vitrine, access=READ, inode=" + path);
            default -> {
                return image;
            }
        }
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        SoakImage image = image(path);
        byte[] bytes = image.bytes();
        return switch (image.kind()) {
            case FAILING -> throw new IOException("connection reset");
            case CUT_ONCE ->
                new FSDataInputStream(new Bytes(cut.add(path) ? Arrays.copyOf(bytes, bytes.length / 2) : bytes));
            default -> new FSDataInputStream(new Bytes(bytes));
        };
    }

    /** An object's content. */
    private static final class Bytes extends ByteArrayInputStream implements Seekable, PositionedReadable {
        Bytes(byte[] bytes) {
            super(bytes);
        }

        @Override
        public void seek(long position) {
            pos = Math.toIntExact(position);
        }

        @Override
        public long getPos() {
            return pos;
        }

        @Override
        public boolean seekToNewSource(long position) {
            return false;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) {
            int available = Math.min(length, count - Math.toIntExact(position));
            if (available <= 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(buf, Math.toIntExact(position), into, offset, available);
            return available;
        }

        @Override
        public void readFully(long position, byte[] into, int offset, int length) throws IOException {
            if (length > 0 && read(position, into, offset, length) < length) {
                throw new EOFException();
            }
        }

        @Override
        public void readFully(long position, byte[] into) throws IOException {
            readFully(position, into, 0, into.length);
        }
    }
}
