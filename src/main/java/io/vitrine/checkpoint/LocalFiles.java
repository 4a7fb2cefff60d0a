package io.vitrine.checkpoint;

import io.vitrine.ModelException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Checks on the files of a checkpoint before they are opened. */
final class LocalFiles {
    private static final int MAX_NAMES = 1000;

    private LocalFiles() {}

    /**
     * Refuses a pipe, a device or a folder: reading one may never end. A link to a file is followed.
     *
     * @throws NoSuchFileException if there is no such file
     */
    static void requireRegular(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            String kind = attributes.isDirectory() ? "a folder" : "a pipe or a device";
            throw new ModelException(file + " is " + kind + ", not a file. Copy the checkpoint again from its source.");
        }
    }

    /** The names of the files in {@code folder}, at most 1,000; none if it cannot be read. */
    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.limit(MAX_NAMES)
                    .map(file -> file.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            return List.of(); // for messages only
        }
    }

    /** The next {@code length} bytes of {@code in}. */
    static InputStream limited(InputStream in, long length) {
        return new FilterInputStream(in) {
            private long left = length;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int count) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int read = super.read(bytes, offset, (int) Math.min(left, count));
                left -= Math.max(read, 0);
                return read;
            }
        };
    }
}
