package io.vitrine.vectors;

import io.vitrine.OutputConflictException;
import io.vitrine.catalog.StorageDeadline;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.table.FlushedFolder;
import io.vitrine.table.Publication;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder on local or shared storage: files that appear whole, by their names in it. */
public final class StorageFolder {
    private final Path folder;
    private final Configuration configuration;

    /** @param location as a person writes it; the folder need not exist */
    public StorageFolder(String location, Configuration configuration) {
        this(new Path(StoragePaths.qualified(location.replaceAll("(?<=[^/:])/+$", ""), configuration)), configuration);
    }

    private StorageFolder(Path folder, Configuration configuration) {
        this.folder = folder;
        this.configuration = configuration;
    }

    /** The folder's full path. */
    public String location() {
        return folder.toString();
    }

    /** The folder's own name. */
    public String name() {
        return folder.getName();
    }

    /** The full path of {@code name} in the folder. */
    public Path path(String name) {
        return new Path(folder, name);
    }

    /** A folder in this one. */
    public StorageFolder folder(String name) {
        return new StorageFolder(path(name), configuration);
    }

    /** A folder next to this one. */
    public StorageFolder sibling(String name) {
        return new StorageFolder(new Path(folder.getParent(), name), configuration);
    }

    /** How a whole folder becomes visible here. */
    public Publication publication() {
        return within("reach", folder, () -> Publication.of(folder, configuration));
    }

    /** Whether the folder, or a file of its name, is there. */
    public boolean exists() {
        return within("read", folder, () -> fileSystem().exists(folder));
    }

    /** The names of the files and folders in it, in order; none if it does not exist. */
    public List<String> names() {
        return files().stream().map(file -> file.getPath().getName()).toList();
    }

    /** The files and folders in it, in the order of their names; none if it does not exist. */
    public List<FileStatus> files() {
        return within("list", folder, () -> {
            try {
                return Arrays.stream(fileSystem().listStatus(folder)).sorted().toList();
            } catch (FileNotFoundException e) {
                return List.of();
            }
        });
    }

    /** The text of a small file. */
    public String text(String name) {
        return within("read", path(name), () -> {
            try (InputStream in = fileSystem().open(path(name))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    /** Writes a small file that does not exist yet. Readers see it whole or not at all. */
    public void write(String name, String text) {
        within("write", path(name), () -> {
            FileSystem fs = fileSystem();
            if (Publication.of(folder, configuration) == Publication.IN_PLACE) {
                FlushedFolder.write(fs, path(name), text);
                return name;
            }
            Path unfinished = path("." + name + ".unfinished");
            FlushedFolder.write(fs, unfinished, text);
            if (!fs.rename(unfinished, path(name))) {
                throw new IOException("the unfinished file can't be renamed; is there one of this name?");
            }
            FlushedFolder.flush(fs, path(name));
            return name;
        });
    }

    /** Copies a local file into the folder, in place of one of this name. Without a deadline: it may be large. */
    public void upload(java.nio.file.Path file, String name) throws IOException {
        FileSystem fs = fileSystem();
        fs.copyFromLocalFile(false, true, new Path(file.toUri()), path(name));
        FlushedFolder.flush(fs, path(name));
    }

    /** Copies a file of the folder to this host. Without a deadline: it may be large. */
    public void download(String name, java.nio.file.Path file) throws IOException {
        fileSystem().copyToLocalFile(false, path(name), new Path(file.toUri()), true);
    }

    /** Deletes a file, or a folder with everything in it. */
    public void delete(String name) {
        within("remove", path(name), () -> fileSystem().delete(path(name), true));
    }

    /** Deletes this folder with everything in it. */
    public void delete() {
        within("remove", folder, () -> fileSystem().delete(folder, true));
    }

    /**
     * Gives this folder the place of {@code target}, which does not exist, in one step.
     *
     * @throws OutputConflictException if another program has made the target meanwhile; it stays as it is
     */
    void renameTo(StorageFolder target) {
        boolean isThere = within("write", target.folder, () -> {
            FileSystem fs = fileSystem();
            if (fs.exists(target.folder)) {
                return false;
            }
            if (!fs.rename(folder, target.folder)) {
                throw new IOException(folder + " can't be renamed");
            }
            return !fs.exists(target.path(name())); // a folder that appeared just now has got this one into it
        });
        if (!isThere) {
            target.delete(name());
            throw new OutputConflictException("Another program has made the folder " + target.location()
                    + " meanwhile. It stays as it is; run again with another --output.");
        }
    }

    private FileSystem fileSystem() throws IOException {
        return StoragePaths.fileSystem(folder, configuration);
    }

    private <T> T within(String attempt, Path place, Callable<T> request) {
        try {
            return StorageDeadline.of(configuration).call(request);
        } catch (IOException e) {
            throw StorageErrors.of(attempt, place, e);
        }
    }
}
