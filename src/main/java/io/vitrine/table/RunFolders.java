package io.vitrine.table;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of an output's runs: {@code OUTPUT/run=<id>}, which readers see, and {@code OUTPUT/_staging/run=<id>}, which Spark,
 * Hive and pyarrow skip.
 */
final class RunFolders {
    private static final Logger LOG = LoggerFactory.getLogger(RunFolders.class);
    private static final String PREFIX = FeatureTable.RUN + "=";
    private static final String STAGING = "_staging";
    private static final String REMOVED = "removed-";

    private final Path output;
    private final Path staging;
    private final FileSystem fs;
    private final Publication publication;

    RunFolders(Path output, Configuration configuration) throws IOException {
        this.output = output;
        this.staging = new Path(output, STAGING);
        this.fs = output.getFileSystem(configuration);
        this.publication = Publication.of(output, configuration);
    }

    Path output() {
        return output;
    }

    Publication publication() {
        return publication;
    }

    /** The folder of the folders that hold runs before they are published. */
    Path unpublished() {
        return publication == Publication.RENAME ? staging : output;
    }

    /** Where a run is written. */
    Path unpublished(String run) {
        return new Path(unpublished(), PREFIX + run);
    }

    Path published(String run) {
        return new Path(output, PREFIX + run);
    }

    /** The runs that readers see. */
    List<String> runs() throws IOException {
        try {
            return Arrays.stream(fs.listStatus(output))
                    .map(FileStatus::getPath)
                    .map(Path::getName)
                    .filter(name -> name.startsWith(PREFIX))
                    .map(name -> name.substring(PREFIX.length()))
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    /** Shows a run to readers, in one step. The file system has its bytes when this returns. */
    void publish(String run) throws IOException {
        if (publication == Publication.IN_PLACE) {
            return;
        }
        Path from = unpublished(run);
        Path to = published(run);
        if (fs.exists(to)) { // Hadoop would move the folder into this one
            throw new IOException(to + " exists already");
        }
        if (fs instanceof LocalFileSystem local) {
            java.nio.file.Path folder = local.pathToFile(from).toPath();
            FlushedFolder.flush(folder);
            Files.move(folder, local.pathToFile(to).toPath(), StandardCopyOption.ATOMIC_MOVE); // Hadoop's may copy
            FlushedFolder.flushNames(local.pathToFile(output).toPath());
        } else {
            rename(from, to);
        }
        removeIfEmpty(staging);
    }

    private void rename(Path from, Path to) throws IOException {
        try {
            if (fs.rename(from, to)) {
                return;
            }
        } catch (IOException e) {
            if (!fs.exists(to) || fs.exists(from)) { // else only the answer was lost
                throw e;
            }
            return;
        }
        throw new IOException("The file system refused to rename " + from + " to " + to);
    }

    /**
     * Removes a run, wherever it is, and what an earlier removal of it left. It disappears in one step where the file system can.
     * Nothing else in the output is touched: other programs may keep data there.
     */
    void remove(String run) throws IOException {
        if (publication == Publication.IN_PLACE) {
            delete(published(run));
            PendingUploads.abort(fs, published(run));
            return;
        }
        retire(unpublished(run));
        retire(published(run));
        removeIfEmpty(staging);
    }

    /** Renames a folder, so that a suspended run that wakes up now has nothing to publish, and deletes it. */
    private void retire(Path folder) throws IOException {
        Path removed = new Path(staging, REMOVED + folder.getName());
        delete(removed); // of a removal that did not end
        if (fs.exists(folder)) {
            fs.mkdirs(staging);
            rename(folder, removed);
            delete(removed);
        }
    }

    /** Removes the runs that were never published, such as what a task wrote after its run had cleaned up. No run may be writing. */
    void removeUnpublished(Predicate<String> ours) throws IOException {
        if (publication == Publication.IN_PLACE) {
            return; // readers see these folders, so a run that nobody knows is refused
        }
        for (Path folder : staged(PREFIX)) {
            if (ours.test(folder.getName().substring(PREFIX.length()))) {
                retire(folder);
            }
        }
        removeIfEmpty(staging);
    }

    private List<Path> staged(String prefix) throws IOException {
        try {
            return Arrays.stream(fs.listStatus(staging))
                    .map(FileStatus::getPath)
                    .filter(folder -> folder.getName().startsWith(prefix))
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    /** Ends removals that were cut between their rename and their end. */
    void finishRemovals() throws IOException {
        if (publication == Publication.IN_PLACE) {
            return; // a folder that is there in part is still a run
        }
        for (Path folder : staged(REMOVED + PREFIX)) {
            delete(folder);
        }
        removeIfEmpty(staging);
    }

    /** Some file systems report a failure by their answer alone. */
    private void delete(Path folder) throws IOException {
        if (!fs.delete(folder, true) && fs.exists(folder)) {
            throw new IOException("The file system refused to delete " + folder);
        }
    }

    /** A folder that stays harms nobody. */
    private void removeIfEmpty(Path folder) {
        try {
            if (fs.exists(folder) && fs.listStatus(folder).length == 0) {
                fs.delete(folder, false);
            }
        } catch (IOException e) {
            LOG.debug("Cannot remove {}", folder, e);
        }
    }
}
