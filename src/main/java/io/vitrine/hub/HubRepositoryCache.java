package io.vitrine.hub;

import io.vitrine.FileTrust;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.FileDigests;
import io.vitrine.checkpoint.LocalFileErrors;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One repository in the Hub's cache, in the layout of Python's huggingface_hub: {@code blobs/ETAG} holds contents, {@code
 * snapshots/COMMIT} links to them, {@code refs} maps branches and tags to commits, {@code .no_exist} lists files that a commit does
 * not have. Vitrine alone keeps {@code .file_lists/COMMIT}: the names of a commit's files, one a line.
 */
final class HubRepositoryCache {
    private static final Logger LOG = LoggerFactory.getLogger(HubRepositoryCache.class);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;
    private final Path locks;

    HubRepositoryCache(Path cache, String repository) {
        String name = "models--" + repository.replace("/", "--");
        this.folder = cache.resolve(name);
        this.locks = cache.resolve(".locks").resolve(name);
    }

    /** The commit of a revision, if the cache knows it. */
    Optional<String> commit(HubCheckpointId id) {
        if (id.isCommit()) {
            return Optional.of(id.revision());
        }
        try {
            String commit = Files.readString(ref(id.revision())).strip();
            return Optional.of(commit)
                    .filter(text -> HubCheckpointId.COMMIT.matcher(text).matches());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Notes that a revision means {@code commit}. */
    void writeRef(HubCheckpointId id, String commit) throws IOException {
        if (!id.isCommit() && !commit(id).equals(Optional.of(commit))) {
            Files.createDirectories(ref(id.revision()).getParent());
            Files.writeString(ref(id.revision()), commit);
        }
    }

    private Path ref(String revision) {
        return folder.resolve("refs").resolve(revision);
    }

    Path snapshot(String commit) {
        return folder.resolve("snapshots").resolve(commit);
    }

    /** Whether the snapshot has the file, with its contents. */
    boolean has(String commit, String file) {
        return Files.isRegularFile(snapshot(commit).resolve(file));
    }

    /** Whether the cache has the file, or the note that the commit does not. Python may have fetched neither. */
    boolean knows(String commit, String file) {
        return has(commit, file) || Files.exists(missingMark(commit, file));
    }

    private Path missingMark(String commit, String file) {
        return folder.resolve(".no_exist").resolve(commit).resolve(file);
    }

    /**
     * Refuses a cache that others have filled, or can: one that a stranger made in a folder for all, and one to which everybody can
     * write. A cache that an administrator keeps for several users is fine.
     */
    void requireTrusted() {
        try {
            for (Path part : List.of(folder, folder.resolve("blobs"), folder.resolve("snapshots"))) {
                if (Files.exists(part)) {
                    FileTrust.requireNotPlanted(part);
                    if (FileTrust.isWritableByOthers(part)) {
                        throw new IOException("everybody can write to " + part + ". Take that permission away");
                    }
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    StorageException.Outlook.PERMANENT,
                    "The Hub's cache cannot be trusted: " + e.getMessage() + " (HF_HOME).",
                    e);
        }
    }

    /**
     * Removes a file from a snapshot if it is damaged: if its blob is named after a SHA-256 that it does not have.
     *
     * @throws StorageException if it cannot be removed
     */
    void removeIfDamaged(String commit, String file) {
        try {
            Path blob = snapshot(commit).resolve(file).toRealPath();
            String name = blob.getFileName().toString();
            if (SHA256.matcher(name).matches() && !FileDigests.sha256(blob).equals(name)) {
                LOG.warn("{} in the Hub's cache does not have the digest that it is named after; removing it", blob);
                Files.delete(blob);
            }
        } catch (NoSuchFileException e) {
            // not there: nothing to check
        } catch (IOException e) {
            throw LocalFileErrors.of("check the Hub's cache", snapshot(commit).resolve(file), e);
        }
    }

    Path blob(String etag) {
        return folder.resolve("blobs").resolve(etag);
    }

    Path lock(String etag) {
        return locks.resolve(etag + ".lock");
    }

    /** Adds a blob to a snapshot, as a relative link, or as a copy if the file system has no links. */
    void link(String commit, String file, String etag) throws IOException {
        Path link = snapshot(commit).resolve(file);
        Files.createDirectories(link.getParent());
        try {
            if (Files.isRegularFile(link)) {
                return; // another process was faster
            }
            Path made = link.resolveSibling(file + "." + UUID.randomUUID());
            Files.createSymbolicLink(made, link.getParent().relativize(blob(etag)));
            Files.move(made, link, StandardCopyOption.ATOMIC_MOVE); // replaces a link whose blob is gone
        } catch (UnsupportedOperationException e) {
            Files.copy(blob(etag), link);
        }
    }

    /** Notes that a commit does not have the file. */
    void markMissing(String commit, String file) throws IOException {
        Path mark = missingMark(commit, file);
        if (!Files.exists(mark)) {
            Files.createDirectories(mark.getParent());
            try {
                Files.createFile(mark);
            } catch (FileAlreadyExistsException e) {
                // another process was faster
            }
        }
    }

    /** The names of a commit's files, if they were asked for. */
    Optional<List<String>> fileNames(String commit) {
        try {
            return Optional.of(Files.readAllLines(fileList(commit)));
        } catch (IOException e) {
            return Optional.empty(); // never asked for, or damaged
        }
    }

    /** Keeps the names of a commit's files. A name with a line break is left out: no weights have one. */
    void writeFileNames(String commit, List<String> names) throws IOException {
        Path list = fileList(commit);
        Files.createDirectories(list.getParent());
        Path made = list.resolveSibling(commit + "." + UUID.randomUUID());
        Files.write(
                made, names.stream().filter(name -> name.lines().count() == 1).toList());
        Files.move(made, list, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path fileList(String commit) {
        return folder.resolve(".file_lists").resolve(commit);
    }

    void createFolders() {
        try {
            Files.createDirectories(folder.resolve("blobs"));
            Files.createDirectories(locks);
        } catch (IOException e) {
            throw new StorageException(
                    StorageException.Outlook.PERMANENT,
                    "Cannot write to the Hub's cache " + folder.getParent() + " (" + e
                            + "). Name a folder you can write to in HF_HOME.",
                    e);
        }
    }
}
