package io.vitrine.job;

import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageFault;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where a run writes: {@code OUTPUT/run=<id>/part-*.parquet}, and its record in {@code OUTPUT/_vitrine/<id>.json}. A run
 * is there whole once its {@code _SUCCESS} is.
 */
final class OutputFolder {
    private final String location;
    private final Configuration configuration;

    OutputFolder(String location, Configuration configuration) {
        this.location = bare(location);
        this.configuration = configuration;
    }

    /**
     * Refuses an output that holds a finished run, is a file, lies within an input, or cannot be reached.
     *
     * @throws VitrineException saying which
     */
    void check(List<String> inputs) {
        try {
            Path path = new Path(location);
            FileSystem fs = path.getFileSystem(configuration);
            for (String input : inputs) {
                if (isWithin(fs.makeQualified(path), new Path(input))) {
                    throw new VitrineException(
                            "The output " + location + " lies within the input " + input
                                    + ", so that the next run would read its Parquet files as images. Choose another --output.");
                }
            }
            if (fs.getFileStatus(path).isFile()) {
                throw new VitrineException("The output " + location + " is a file. Choose a folder with --output.");
            }
            for (FileStatus child : fs.listStatus(path)) {
                boolean finished = child.getPath().getName().startsWith("run=")
                        && fs.exists(new Path(child.getPath(), "_SUCCESS"));
                if (finished) {
                    throw new VitrineException("The output " + location + " already holds the features of "
                            + child.getPath().getName() + ". Choose another --output, or delete it first.");
                }
            }
        } catch (FileNotFoundException e) {
            // the folder is made by the run
        } catch (IOException | IllegalArgumentException e) {
            throw StorageFault.of("use the output", location, e);
        }
    }

    private boolean isWithin(Path output, Path input) throws IOException {
        String folder =
                bare(input.getFileSystem(configuration).makeQualified(input).toString());
        return (bare(output.toString()) + "/").startsWith(folder + "/");
    }

    private static String bare(String folder) {
        return folder.replaceAll("/+$", "");
    }

    String run(String id) {
        return location + "/run=" + id;
    }

    String location() {
        return location;
    }

    /** Removes what a failed run may have left. */
    void discard(String id) {
        try {
            Path path = new Path(run(id));
            path.getFileSystem(configuration).delete(path, true);
        } catch (IOException e) {
            throw StorageFault.of("remove the unfinished", run(id), e);
        }
    }

    /** Writes the run's record. */
    void record(String id, String json) {
        Path path = new Path(location + "/_vitrine/" + id + ".json");
        try (OutputStream out = path.getFileSystem(configuration).create(path, true)) {
            out.write(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw StorageFault.of("write the run record", path, e);
        }
    }
}
