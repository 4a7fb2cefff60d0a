package io.vitrine.search.page;

import io.vitrine.OutputConflictException;
import io.vitrine.StorageException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.table.Publication;
import io.vitrine.vectors.ResultFolder.Existing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where a page is written to, on any file system. Readers see the whole page or none. */
public final class PageFile {
    private final String location;
    private final Path path;
    private final Existing existing;
    private final Configuration configuration;

    /**
     * @throws OutputConflictException if there is a file that may not be replaced, or a folder
     * @throws StorageException if the storage can't be reached
     */
    public PageFile(String location, Existing existing, Configuration configuration) {
        this.location = location;
        this.path = StoragePaths.parse(location);
        this.existing = existing;
        this.configuration = configuration;
        requireFree();
    }

    private void requireFree() {
        try {
            FileSystem fs = StoragePaths.fileSystem(path, configuration);
            if (!fs.exists(path)) {
                return;
            }
            if (fs.getFileStatus(path).isDirectory()) {
                throw new OutputConflictException("--html " + location + " is a folder. Name a file in it.");
            }
            if (existing == Existing.REFUSE) {
                throw new OutputConflictException("The file " + location
                        + " exists. Choose another name for --html, or replace it with --overwrite.");
            }
        } catch (IOException e) {
            throw StorageErrors.of("look for the page", location, e);
        }
    }

    /** The location as it was given. */
    public String location() {
        return location;
    }

    /** Writes the page. */
    public void write(String html) {
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        try {
            FileSystem fs = StoragePaths.fileSystem(path, configuration);
            if (StoragePaths.isLocal(fs)) {
                local(java.nio.file.Path.of(fs.makeQualified(path).toUri().getPath()), bytes);
            } else if (Publication.of(path, configuration) == Publication.IN_PLACE) {
                create(fs, path, bytes); // an object appears when it is complete
            } else {
                rename(fs, bytes);
            }
        } catch (IOException e) {
            throw StorageErrors.of("write the page", location, e);
        }
    }

    /** With Java's own calls: Hadoop would leave a file of checksums next to the page. */
    private static void local(java.nio.file.Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        java.nio.file.Path unfinished = file.resolveSibling(unfinished(file.getFileName()));
        try {
            Files.write(unfinished, bytes);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private void rename(FileSystem fs, byte[] bytes) throws IOException {
        Path unfinished = new Path(path.getParent(), unfinished(path.getName()));
        try {
            create(fs, unfinished, bytes);
            if (existing == Existing.OVERWRITE) {
                fs.delete(path, false);
            }
            if (!fs.rename(unfinished, path)) {
                throw new IOException("the unfinished page can't be renamed; is there a file of this name?");
            }
        } finally {
            fs.delete(unfinished, false);
        }
    }

    private static void create(FileSystem fs, Path file, byte[] bytes) throws IOException {
        try (OutputStream out = fs.create(file, true)) {
            out.write(bytes);
        }
    }

    private static String unfinished(Object name) {
        return "." + name + ".unfinished-" + UUID.randomUUID();
    }
}
