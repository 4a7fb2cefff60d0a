package io.vitrine.job.output;

import io.vitrine.StorageException;
import io.vitrine.catalog.StorageDeadline;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.table.FlushedFolder;
import io.vitrine.table.PendingUploads;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The folder {@code _vitrine} of an output: small text files and folders, by their names in it. */
final class MetadataFolder {
    static final String NAME = "_vitrine";

    private final String location;
    private final Configuration configuration;

    /** @param output the output's location, without a slash at its end */
    MetadataFolder(String output, Configuration configuration) {
        this.location = output + "/" + NAME;
        this.configuration = configuration;
    }

    /** The full path of {@code name}. */
    String path(String name) {
        return location + "/" + name;
    }

    /** The files and folders in this folder. */
    List<FileStatus> children() {
        return list(new Path(location));
    }

    /** The files and folders in the folder {@code name}; none if it does not exist. */
    List<FileStatus> children(String name) {
        return list(new Path(path(name)));
    }

    private List<FileStatus> list(Path folder) {
        try {
            return Arrays.asList(deadline().call(() -> fileSystem(folder).listStatus(folder)));
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw StorageErrors.of("list", folder, e);
        }
    }

    /** Whether a file or folder is there. */
    boolean exists(String name) {
        Path path = new Path(path(name));
        try {
            return deadline().call(() -> fileSystem(path).exists(path));
        } catch (IOException e) {
            throw StorageErrors.of("read", path, e);
        }
    }

    /** Deletes the files of the folder {@code name} that were written before {@code time}. */
    void deleteFiles(String name, Instant time) {
        Path folder = new Path(path(name));
        try {
            FileSystem fs = fileSystem(folder);
            RemoteIterator<FileStatus> files = deadline().call(() -> fs.listStatusIterator(folder));
            while (files.hasNext()) {
                FileStatus file = files.next();
                if (file.getModificationTime() < time.toEpochMilli()) {
                    deadline().call(() -> fs.delete(file.getPath(), false));
                }
            }
        } catch (FileNotFoundException e) {
            return; // nothing to delete
        } catch (IOException e) {
            throw StorageErrors.of("remove old files from", folder, e);
        }
    }

    /** The text of a file; empty if it does not exist. */
    Optional<String> read(String name) {
        Path file = new Path(path(name));
        try {
            return Optional.of(deadline().call(() -> text(file)));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageErrors.of("read", file, e);
        }
    }

    /** {@link #read}, empty also for a local file that a process wrote when it died: its checksum is that of other bytes. */
    Optional<String> readUnlessCut(String name) {
        try {
            return read(name);
        } catch (StorageException e) {
            if (e.getCause() instanceof ChecksumException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private String text(Path file) throws IOException {
        try (InputStream in = fileSystem(file).open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Writes a file, in place of an older one. The file system has its bytes when this returns. */
    void write(String name, String text) {
        Path file = new Path(path(name));
        try {
            deadline().call(() -> {
                FlushedFolder.write(fileSystem(file), file, text);
                return file;
            });
        } catch (IOException e) {
            throw StorageErrors.of("write", file, e);
        }
    }

    /** Deletes a file, or a folder with everything in it. */
    void delete(String name) {
        Path path = new Path(path(name));
        try {
            deadline().call(() -> {
                FileSystem fs = fileSystem(path);
                if (!fs.delete(path, true) && fs.exists(path)) { // an answer may be all that reports a failure
                    throw new IOException("The file system refused to delete it");
                }
                return path;
            });
        } catch (IOException e) {
            throw StorageErrors.of("remove", path, e);
        }
    }

    /** Aborts uploads of files in the folder {@code name}, where the store has such. */
    void abortUploads(String name) {
        Path folder = new Path(path(name));
        try {
            PendingUploads.abort(fileSystem(folder), folder);
        } catch (IOException e) {
            throw StorageErrors.of("reach", folder, e);
        }
    }

    private StorageDeadline deadline() {
        return StorageDeadline.of(configuration);
    }

    private FileSystem fileSystem(Path path) throws IOException {
        return path.getFileSystem(configuration);
    }
}
