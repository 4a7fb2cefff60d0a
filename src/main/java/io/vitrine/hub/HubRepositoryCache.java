package io.vitrine.hub;

import io.vitrine.StorageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;

/**
 * One repository in the Hub's cache, in the layout that Python's huggingface_hub and others share: {@code blobs} by their
 * etag, {@code snapshots/COMMIT} of links to them, {@code refs} from branches and tags to commits, {@code .no_exist} for
 * files that a commit is known not to have.
 */
final class HubRepositoryCache {
    private final Path folder;
    private final Path locks;

    HubRepositoryCache(Path cache, String repository) {
        String name = "models--" + repository.replace("/", "--");
        this.folder = cache.resolve(name);
        this.locks = cache.resolve(".locks").resolve(name);
    }

    /** The commit that {@code name} is known to stand for. */
    Optional<String> commit(HubCheckpointId name) {
        if (name.isCommit()) {
            return Optional.of(name.revision());
        }
        try {
            String commit = Files.readString(ref(name.revision())).strip();
            return Optional.of(commit)
                    .filter(text -> HubCheckpointId.COMMIT.matcher(text).matches());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void remember(HubCheckpointId name, String commit) throws IOException {
        if (!name.isCommit() && !commit(name).equals(Optional.of(commit))) {
            Files.createDirectories(ref(name.revision()).getParent());
            Files.writeString(ref(name.revision()), commit);
        }
    }

    private Path ref(String revision) {
        return folder.resolve("refs").resolve(revision);
    }

    Path snapshot(String commit) {
        return folder.resolve("snapshots").resolve(commit);
    }

    /** Whether the snapshot has the file, and the file its contents. */
    boolean has(String commit, String file) {
        return Files.isRegularFile(snapshot(commit).resolve(file));
    }

    Path blob(String etag) {
        return folder.resolve("blobs").resolve(etag);
    }

    Path lock(String etag) {
        return locks.resolve(etag + ".lock");
    }

    /** Puts a blob into a snapshot, as a relative link, or as a copy where there are no links. */
    void link(String commit, String file, String etag) throws IOException {
        Path link = snapshot(commit).resolve(file);
        Files.createDirectories(link.getParent());
        try {
            if (Files.isRegularFile(link)) {
                return; // another process was as fast
            }
            Path made = link.resolveSibling(file + "." + UUID.randomUUID());
            Files.createSymbolicLink(made, link.getParent().relativize(blob(etag)));
            Files.move(made, link, StandardCopyOption.ATOMIC_MOVE); // over a link whose blob is gone
        } catch (UnsupportedOperationException e) {
            Files.copy(blob(etag), link);
        }
    }

    void rememberMissing(String commit, String file) throws IOException {
        Path mark = folder.resolve(".no_exist").resolve(commit).resolve(file);
        if (!Files.exists(mark)) {
            Files.createDirectories(mark.getParent());
            try {
                Files.createFile(mark);
            } catch (FileAlreadyExistsException e) {
                // likewise
            }
        }
    }

    /** Creates the folders. */
    void prepare() {
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
