package io.vitrine.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;

/** Local folders that survive a power failure: a rename can reach the disk before the bytes of the renamed files do. */
public final class FlushedFolder {
    private FlushedFolder() {}

    /** Flushes all files in {@code folder}, and their names. */
    static void flush(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.filter(Files::isRegularFile).forEach(FlushedFolder::flushFile);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        flushNames(folder);
    }

    /** Writes a small file, in place of an older one. The file system has its bytes when this returns. */
    public static void write(FileSystem fs, org.apache.hadoop.fs.Path file, String text) throws IOException {
        try (FSDataOutputStream out = fs.create(file, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            if (out.hasCapability(StreamCapabilities.HSYNC)) { // HDFS
                out.hsync();
            }
        }
        flush(fs, file);
    }

    /** Flushes one file, its checksums and its name, if {@code fs} is local. */
    public static void flush(FileSystem fs, org.apache.hadoop.fs.Path file) throws IOException {
        if (!(fs instanceof LocalFileSystem local)) {
            return; // others keep a file that is closed
        }
        try {
            flushFile(local.pathToFile(file).toPath());
            Path checksums = local.pathToFile(local.getChecksumFile(file)).toPath();
            if (Files.exists(checksums)) {
                flushFile(checksums);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        flushNames(local.pathToFile(file.getParent()).toPath());
    }

    private static void flushFile(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Flushes the names of what a folder holds, where the system can. */
    static void flushNames(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // folders can't be opened on this system
        }
    }
}
