package io.vitrine.job.output;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.job.request.Destination;
import io.vitrine.table.FeatureTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where runs write: the table of their rows, and beside it {@code OUTPUT/_vitrine}: each run's record, {@code <id>.json}, which
 * is written last and makes the run count; how the output is made, {@code output.json}; the plan of a run in progress, and its
 * lease.
 */
public final class OutputFolder {
    private static final Logger LOG = LoggerFactory.getLogger(OutputFolder.class);
    private static final String IDENTITY = "output.json";
    private static final String STARTED = "started";

    private final String location;
    private final Configuration configuration;
    private final FeatureTable table;

    public OutputFolder(SparkSession spark, Destination output) {
        this.location = bare(output.folder());
        this.configuration = spark.sessionState().newHadoopConf();
        this.table = FeatureTable.of(spark, output.format(), location);
    }

    /**
     * Refuses an output that is a file, lies within an input, or cannot be reached.
     *
     * @throws VitrineException saying which
     */
    public void check(List<String> inputs) {
        try {
            Path path = StoragePaths.parse(location);
            FileSystem fs = StoragePaths.fileSystem(path, configuration);
            for (String input : inputs) {
                if (isWithin(fs.makeQualified(path), input)) {
                    throw new ConfigurationException(
                            "The output " + location + " lies within the input " + input
                                    + ", so that the next run would read its Parquet files as images. Choose another --output.");
                }
            }
            if (fs.getFileStatus(path).isFile()) {
                throw new ConfigurationException(
                        "The output " + location + " is a file. Choose a folder with --output.");
            }
        } catch (FileNotFoundException e) {
            // the folder is made by the run
        } catch (IOException | IllegalArgumentException e) {
            throw StorageErrors.of("use the output", location, e);
        }
    }

    private boolean isWithin(Path output, String input) {
        String folder = StoragePaths.qualified(input, configuration); // names the input if it is at fault
        return (bare(output.toString()) + "/").startsWith(folder + "/");
    }

    /** Paths as listings write them. */
    public List<String> qualified(List<String> paths) {
        return paths.stream()
                .map(path -> StoragePaths.qualified(path, configuration))
                .toList();
    }

    private static String bare(String folder) {
        return folder.replaceAll("/+$", "");
    }

    public FeatureTable table() {
        return table;
    }

    public String location() {
        return location;
    }

    public String leases() {
        return location + "/_vitrine/leases";
    }

    /** Where a run keeps the list of what it has to do. */
    public String plan(String id) {
        return location + "/_vitrine/plan-" + id;
    }

    /** The runs that have a record, oldest first. */
    public List<String> finished() {
        List<String> runs = new ArrayList<>();
        for (FileStatus file : children(location + "/_vitrine")) {
            String name = file.getPath().getName();
            if (file.isFile() && name.endsWith(".json") && !name.equals(IDENTITY)) {
                runs.add(name.substring(0, name.length() - ".json".length()));
            }
        }
        runs.retainAll(table.runs()); // a run that found nothing to do has a record only
        Collections.sort(runs);
        return runs;
    }

    private List<FileStatus> children(String folder) {
        Path path = new Path(folder);
        try {
            return Arrays.asList(path.getFileSystem(configuration).listStatus(path));
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw StorageErrors.of("list", path, e);
        }
    }

    /** Notes that {@code run} is about to be written, so that a later run knows whose it is if it dies. */
    public void begin(String run) {
        write("_vitrine/" + STARTED + "/" + run, "");
    }

    /**
     * Refuses runs that have no record and were not begun by this program: they are somebody's data, or the records
     * were lost.
     */
    void requireKnown() {
        List<String> unknown = new ArrayList<>(table.runs());
        unknown.removeAll(finished());
        unknown.removeAll(begun());
        if (!unknown.isEmpty()) {
            throw new OutputConflictException("The output " + location + " holds run=" + String.join(", run=", unknown)
                    + " without a record in _vitrine, so it is not known what is in there. Bring the records back, move the"
                    + " rows away, or choose another --output.");
        }
    }

    private List<String> begun() {
        return children(location + "/_vitrine/" + STARTED).stream()
                .map(file -> file.getPath().getName())
                .toList();
    }

    /** Removes what runs have left that died before their record: nobody else is writing, as the lease says. */
    public void sweep() {
        requireKnown();
        List<String> finished = finished();
        for (String run : begun()) {
            if (!finished.contains(run)) {
                LOG.warn("Removing what the unfinished run {} has left in {}", run, location);
                discard(run);
            } else {
                delete(location + "/_vitrine/" + STARTED + "/" + run); // it died between its record and this
            }
        }
        children(location + "/_vitrine").stream()
                .filter(child -> child.getPath().getName().startsWith("plan-"))
                .forEach(child -> delete(child.getPath().toString()));
    }

    /** How the output is made; empty for a new one. */
    public Optional<OutputIdentity> identity() {
        Path path = new Path(location + "/_vitrine/" + IDENTITY);
        try (InputStream in = path.getFileSystem(configuration).open(path)) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Optional.of(OutputIdentity.parse(json, path));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageErrors.of("read", path, e);
        }
    }

    public void write(OutputIdentity identity) {
        write("_vitrine/" + IDENTITY, identity.json());
    }

    /** Removes what a failed run may have left. */
    public void discard(String id) {
        table.remove(id);
        delete(location + "/_vitrine/" + STARTED + "/" + id);
    }

    public void delete(String folder) {
        try {
            Path path = new Path(folder);
            path.getFileSystem(configuration).delete(path, true);
        } catch (IOException e) {
            throw StorageErrors.of("remove the unfinished", folder, e);
        }
    }

    /** Writes a run's record, which makes the run count. */
    public void record(String id, String json) {
        write("_vitrine/" + id + ".json", json);
        delete(location + "/_vitrine/" + STARTED + "/" + id);
    }

    private void write(String name, String text) {
        Path path = new Path(location + "/" + name);
        try (OutputStream out = path.getFileSystem(configuration).create(path, true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw StorageErrors.of("write", path, e);
        }
    }
}
