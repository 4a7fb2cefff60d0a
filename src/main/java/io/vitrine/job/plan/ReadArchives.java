package io.vitrine.job.plan;

import io.vitrine.RunInterruptedException;
import io.vitrine.catalog.ArchiveListing;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ListingRules;
import io.vitrine.job.output.ArchivesFolder;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.spark.SparkFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** What a run holds on the executors while it goes on: lists of files, and what was found in archives. Used by one thread. */
public final class ReadArchives implements AutoCloseable {
    private final SparkSession spark;
    private final OutputFolder output;
    private final List<ArchiveListing> ofInput = new ArrayList<>();
    private final List<ArchiveListing> ofPaths = new ArrayList<>();
    private final List<JavaFutureAction<Void>> keeping = new ArrayList<>();
    private final List<Dataset<Row>> lists = new ArrayList<>();
    private boolean isReading;

    /** @param output where earlier runs have kept what they found */
    ReadArchives(SparkSession spark, OutputFolder output) {
        this.spark = spark;
        this.output = output;
    }

    /** The members of archives. */
    ArchiveListing list(List<ImageRef> archives, ListingRules rules) {
        return add(ofInput, ArchiveListing.of(spark, archives, rules, kept()));
    }

    /** The members of {@code archives}, rows of {@link io.vitrine.catalog.ImageRefSchema}. */
    ArchiveListing list(Dataset<Row> archives, ListingRules rules) {
        return add(ofInput, ArchiveListing.of(spark, archives, rules, kept()));
    }

    /** All members of archives of which only the paths are known, rows of {@link io.vitrine.catalog.ImageRefSchema}. */
    ArchiveListing listPaths(Dataset<Row> archives) {
        return add(ofPaths, ArchiveListing.ofPaths(spark, archives));
    }

    /** The same rows, found once: listing a large folder takes minutes. */
    Dataset<Row> hold(Dataset<Row> rows) {
        Dataset<Row> held = rows.persist(StorageLevel.DISK_ONLY());
        lists.add(held);
        return held;
    }

    private static ArchiveListing add(List<ArchiveListing> listings, ArchiveListing listing) {
        listings.add(listing);
        return listing;
    }

    private Optional<String> kept() {
        isReading = true;
        return output.archivesFolder().ifExists();
    }

    /** Begins to keep what was found in the output, for later runs. The caller holds the output's lease. */
    public void keep() {
        ArchivesFolder folder = output.archivesFolder();
        for (ArchiveListing listing : ofInput) {
            folder.attempt(() -> explain(() -> listing.keep(folder.path()).map(keeping::add)));
        }
    }

    /**
     * Waits until what was found is kept, and lets go what the executors hold of it. The images have been copied or committed. A
     * failure is a warning.
     *
     * @throws RunInterruptedException if the thread is interrupted
     */
    public void awaitKept() {
        ArchivesFolder folder = output.archivesFolder();
        for (JavaFutureAction<Void> job : keeping) {
            folder.attempt(() -> explain(job::get));
        }
        keeping.clear();
        release(ofInput);
    }

    /** Removes from the output what no run has used for long, if this run reads archives. */
    public void removeUnused() {
        if (isReading) {
            output.archivesFolder().removeOlderThan(ArchiveListing.LIFETIME);
        }
    }

    private <T> T explain(Callable<T> step) {
        return SparkFailures.explain(
                "keep the contents of archives in", output.archivesFolder().path(), step);
    }

    /** Lets go lists of files, which have been copied. */
    public void releaseLists() {
        lists.forEach(list -> list.unpersist(false));
        lists.clear();
    }

    private static void release(List<ArchiveListing> listings) {
        listings.forEach(ArchiveListing::close);
        listings.clear();
    }

    /** Lets go what the executors hold. */
    @Override
    public void close() {
        keeping.forEach(job -> job.cancel(true)); // of a run that failed
        keeping.clear();
        release(ofInput);
        release(ofPaths);
        releaseLists();
    }
}
