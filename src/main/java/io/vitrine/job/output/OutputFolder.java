package io.vitrine.job.output;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.job.request.Destination;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
 * An output: the table of its rows, and the folder {@code _vitrine} next to them. That folder holds each run's record,
 * {@code <id>.json}; {@code output.json}, which says how the features are made; a marker of each run that has started; the plan of
 * a run in progress; and its lease.
 *
 * <p>A run counts from its commit point on. Where a table publishes a run in one step, that step is the commit point: the marker
 * holds the record just before, so that the next run can write the record of a run that died right after. Elsewhere the record
 * is the commit point.
 */
public final class OutputFolder {
    private static final Logger LOG = LoggerFactory.getLogger(OutputFolder.class);
    private static final String IDENTITY = "output.json";
    private static final String STARTED = "started";
    private static final String PLAN_PREFIX = "plan-";
    static final String RECORD_SUFFIX = ".json";
    private static final String REPORT_SUFFIX = ".html";

    private final String location;
    private final Configuration configuration;
    private final FeatureTable table;
    private final MetadataFolder metadata;
    private final ReplacedRuns replaced;
    private final Warnings warnings = new Warnings();

    public OutputFolder(SparkSession spark, Destination output) {
        this.location = withoutTrailingSlash(output.folder());
        this.configuration = spark.sessionState().newHadoopConf();
        this.table = FeatureTable.of(spark, output.format(), location);
        this.metadata = new MetadataFolder(location, configuration);
        this.replaced = new ReplacedRuns(metadata, table);
    }

    /**
     * An output that exists, to read it.
     *
     * @throws ConfigurationException if {@code folder} is no output of Vitrine
     */
    public static OutputFolder existing(SparkSession spark, String folder) {
        OutputFolder output = new OutputFolder(spark, new Destination(folder, OutputFormat.parquet));
        if (output.metadata.children().isEmpty()) {
            throw new ConfigurationException(folder + " is no output of Vitrine: it has no folder "
                    + MetadataFolder.NAME + ". Give the folder that was --output.");
        }
        OutputFormat format = output.identity()
                .map(identity -> OutputFormat.valueOf(identity.fields().get(OutputIdentity.FORMAT)))
                .orElse(OutputFormat.parquet);
        return format == OutputFormat.parquet ? output : new OutputFolder(spark, new Destination(folder, format));
    }

    /**
     * Refuses an output that is a file, lies within an input, or cannot be reached.
     *
     * @throws VitrineException saying which
     */
    public void requireUsable(List<String> inputs) {
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
            // the run makes the folder
        } catch (IOException | IllegalArgumentException e) {
            throw StorageErrors.of("use the output", location, e);
        }
    }

    private boolean isWithin(Path output, String input) {
        String folder = StoragePaths.qualified(input, configuration); // names the input if it is at fault
        return (withoutTrailingSlash(output.toString()) + "/").startsWith(folder + "/");
    }

    private static String withoutTrailingSlash(String folder) {
        return folder.replaceAll("/+$", "");
    }

    /** {@code paths} with their schemes, as listings write them. */
    public List<String> qualified(List<String> paths) {
        return paths.stream()
                .map(path -> StoragePaths.qualified(path, configuration))
                .toList();
    }

    /** The rows. */
    public FeatureTable table() {
        return table;
    }

    /** The output's folder, without a slash at its end. */
    public String location() {
        return location;
    }

    /** The folder of this output's leases. */
    public String leaseFolder() {
        return metadata.path("leases");
    }

    /** The folder where a run in progress keeps its lists of images. */
    public PlanFolder planFolder(String run) {
        return new PlanFolder(metadata, PLAN_PREFIX + run, warnings);
    }

    /** The folder where runs keep what they found in archives. */
    public ArchivesFolder archivesFolder() {
        return new ArchivesFolder(metadata, warnings);
    }

    /** The runs whose rows count, oldest first: they have a record and rows, and no compaction has replaced them. */
    public List<String> finishedRuns() {
        List<String> runs = recordedRuns();
        runs.retainAll(table.runs()); // a run with nothing to do has a record and no rows
        Collections.sort(runs);
        return runs;
    }

    /** The runs that have a record, without those that a compaction has replaced, in any order. */
    public List<String> recordedRuns() {
        List<String> runs = allRecordedRuns();
        runs.removeAll(replaced.in(runs));
        return runs;
    }

    /** The runs that have a record and rows, also if a compaction has replaced them. */
    private List<String> allFinishedRuns() {
        List<String> runs = allRecordedRuns();
        runs.retainAll(table.runs());
        return runs;
    }

    private List<String> allRecordedRuns() {
        List<String> runs = new ArrayList<>();
        for (FileStatus file : metadata.children()) {
            String name = file.getPath().getName();
            if (file.isFile() && name.endsWith(RECORD_SUFFIX) && !name.equals(IDENTITY)) {
                runs.add(name.substring(0, name.length() - RECORD_SUFFIX.length()));
            }
        }
        return runs;
    }

    /** The path of a run's record. */
    public String record(String run) {
        return metadata.path(run + RECORD_SUFFIX);
    }

    private List<String> startedRuns() {
        return metadata.children(STARTED).stream()
                .map(file -> file.getPath().getName())
                .toList();
    }

    /**
     * Refuses features that are made in another way than the output's.
     *
     * @throws OutputConflictException naming every difference
     */
    public void requireSameIdentity(OutputIdentity identity) {
        Optional<OutputIdentity> existing = identity();
        if (existing.isPresent()) {
            identity.requireSame(existing.get(), location);
        } else if (!finishedRuns().isEmpty()) {
            throw new OutputConflictException("The output " + location + " holds runs, but no " + MetadataFolder.NAME
                    + "/" + IDENTITY + ", so how their features were made is not known. Choose another --output.");
        }
    }

    /** How the features are made; empty for a new output. A compaction that added a column says so from its commit point on. */
    public Optional<OutputIdentity> identity() {
        return replaced.identity(allRecordedRuns())
                .or(() -> metadata.read(IDENTITY).map(json -> OutputIdentity.parse(json, metadata.path(IDENTITY))));
    }

    /** Writes how the features are made. */
    public void writeIdentity(OutputIdentity identity) {
        metadata.write(IDENTITY, identity.json());
    }

    /** Marks a run as started by this program: if it dies, the next run removes its rows. */
    public void markStarted(String run) {
        metadata.write(STARTED + "/" + run, "");
    }

    /** What could not be tidied up so far. */
    public Warnings warnings() {
        return warnings;
    }

    /** Writes a run's report, which nothing else depends on. */
    public void writeReport(String run, String html) {
        metadata.write(run + REPORT_SUFFIX, html);
    }

    /** Whether a run on images has started that has no record: it died, or still runs. */
    public boolean hasUnfinishedRun() {
        return !allFinishedRuns()
                .containsAll(startedRuns().stream()
                        .filter(run -> !CompactionNote.isOf(run))
                        .toList());
    }

    /**
     * Makes a run count: shows its rows, if they are not visible yet, and writes its record.
     *
     * @param record as JSON
     */
    public void commit(String run, String record) {
        if (table.isPublishedAtOnce()) {
            metadata.write(STARTED + "/" + run, record);
            table.publish(run); // the commit point
            if (!warnings.attempt(
                    () -> metadata.write(run + RECORD_SUFFIX, record),
                    "The rows of run " + run + " are complete; the next run writes its record.")) {
                return; // the next run needs the marker
            }
        } else {
            metadata.write(run + RECORD_SUFFIX, record); // the commit point
        }
        removeMarker(run);
    }

    /** Writes the record of a run without rows. */
    public void writeRecord(String run, String record) {
        metadata.write(run + RECORD_SUFFIX, record);
    }

    private void removeMarker(String run) {
        warnings.attempt(
                () -> metadata.delete(STARTED + "/" + run),
                "It marks the finished run " + run + "; a run that may delete it removes it.");
    }

    /**
     * Removes the rows and plans of runs that died before their commit point, and writes the records of runs that died right after
     * it. The caller holds the lease, so no other run is writing. What cannot be removed is a warning: rows without a record do not
     * count.
     *
     * @throws OutputConflictException if there are rows of unknown origin
     */
    public void removeDeadRuns() {
        requireKnownRuns();
        List<String> finished = allFinishedRuns();
        List<String> published = table.runs();
        for (String run : startedRuns()) {
            Optional<String> record = metadata.read(STARTED + "/" + run).filter(text -> !text.isBlank());
            if (table.isPublishedAtOnce() && record.isPresent() && published.contains(run)) {
                metadata.write(run + RECORD_SUFFIX, record.get()); // a record that is there may be cut
                removeMarker(run);
            } else if (finished.contains(run)) {
                removeMarker(run);
            } else {
                LOG.warn("Removing the rows of the unfinished run {} from {}", run, location);
                warnings.attempt(
                        () -> discard(run),
                        "The rows of the unfinished run " + run + " do not count. Remove " + FeatureTable.RUN + "="
                                + run + " if other programs read the folder.");
            }
        }
        warnings.attempt(
                () -> table.removeUnpublished(RunId::isOne),
                "What is in " + location + "/_staging does not count; a later run tries again.");
        metadata.children().stream()
                .map(child -> child.getPath().getName())
                .filter(name -> name.startsWith(PLAN_PREFIX))
                .forEach(name -> warnings.attempt(() -> metadata.delete(name), PlanFolder.LEFT));
    }

    /** Refuses rows that have no record and that no run of Vitrine started: they may be someone's data. */
    private void requireKnownRuns() {
        List<String> unknown = new ArrayList<>(table.runs());
        unknown.removeAll(allFinishedRuns());
        unknown.removeAll(startedRuns());
        if (!unknown.isEmpty()) {
            throw new OutputConflictException("The output " + location + " holds run=" + String.join(", run=", unknown)
                    + " without a record in " + MetadataFolder.NAME
                    + ", so what these rows are is not known. Bring the records back,"
                    + " move the rows away, or choose another --output.");
        }
    }

    /** Removes the rows of a run that failed before its commit point. */
    public void discard(String run) {
        metadata.delete(run + RECORD_SUFFIX); // the store may have it, though it reported a failure
        replaced.remove(run);
        metadata.delete(STARTED + "/" + run);
    }

    /**
     * Removes the folders of runs that compactions have replaced, oldest first, if they were replaced long enough ago, and what
     * removals that were cut have left. The caller holds the lease. What cannot be removed is a warning, and ends the removal: the current rows are the same with it.
     *
     * @param limit a run is kept for the time that its compaction asked for, and no longer than this
     * @return the runs that were removed
     */
    public List<String> removeReplacedRuns(Duration limit) {
        List<String> removed = new ArrayList<>();
        warnings.attempt(
                table::finishRemovals,
                "The folders of " + location
                        + "/_staging whose names begin with removed-run= hold rows that readers no longer see;"
                        + " a later run tries again.");
        List<String> removable = new ArrayList<>();
        warnings.attempt(
                () -> removable.addAll(replaced.removable(allRecordedRuns(), limit)),
                "Which replaced runs can be removed is not known, so none is removed; a later run tries again.");
        for (String run : removable) {
            if (!warnings.attempt(
                    () -> replaced.remove(run),
                    "A compaction has replaced run " + run
                            + ", so its rows change nothing; a later run tries again.")) {
                break;
            }
            removed.add(run);
        }
        return removed;
    }

    /** The text of a run's record; empty if it has none. */
    public Optional<String> recordText(String run) {
        return metadata.read(run + RECORD_SUFFIX);
    }

    /** A table of Parquet files that says which run made each row of a compaction. It need not exist. */
    public String origins(String compaction) {
        return metadata.path(ReplacedRuns.ORIGINS + "/" + FeatureTable.RUN + "=" + compaction);
    }

    /** Whether {@link #origins} exists. */
    public boolean hasOrigins(String compaction) {
        return metadata.exists(ReplacedRuns.ORIGINS + "/" + FeatureTable.RUN + "=" + compaction);
    }

    /**
     * Gives up a run that lost its lease before its commit point: another run may be writing. Removes what is this run's alone, and
     * marks the run again, so that a later run removes the rest.
     */
    public void abandon(String run) {
        markStarted(run);
        metadata.delete(run + RECORD_SUFFIX); // before the rows: no part of a commit may count
        table.removeOfLostLease(run);
    }
}
