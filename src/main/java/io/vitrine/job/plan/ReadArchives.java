package io.vitrine.job.plan;

import io.vitrine.catalog.ArchiveListing;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ListingRules;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.spark.SparkFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** What a run holds on the executors while it goes on: lists of files, and what was found in archives. Used by one thread. */
public final class ReadArchives implements AutoCloseable {
    private final SparkSession spark;
    private final OutputFolder output;
    private final List<ArchiveListing> listings = new ArrayList<>();
    private final List<Dataset<Row>> lists = new ArrayList<>();

    /** @param output where earlier runs have kept what they found */
    ReadArchives(SparkSession spark, OutputFolder output) {
        this.spark = spark;
        this.output = output;
    }

    /** The members of archives. */
    ArchiveListing list(List<ImageRef> archives, ListingRules rules) {
        return add(ArchiveListing.of(spark, archives, rules, kept()));
    }

    /** The members of {@code archives}, rows of {@link io.vitrine.catalog.ImageRefSchema}. */
    ArchiveListing list(Dataset<Row> archives, ListingRules rules) {
        return add(ArchiveListing.of(spark, archives, rules, kept()));
    }

    /** All members of archives of which only the paths are known, rows of {@link io.vitrine.catalog.ImageRefSchema}. */
    ArchiveListing listPaths(Dataset<Row> archives) {
        return add(ArchiveListing.ofPaths(spark, archives));
    }

    /** The same rows, found once: listing a large folder takes minutes. */
    Dataset<Row> hold(Dataset<Row> rows) {
        Dataset<Row> held = rows.persist(StorageLevel.DISK_ONLY());
        lists.add(held);
        return held;
    }

    private ArchiveListing add(ArchiveListing listing) {
        listings.add(listing);
        return listing;
    }

    private Optional<String> kept() {
        return output.archivesFolder().ifExists();
    }

    /** Keeps what was found in the output, for later runs. The caller holds the output's lease. */
    public void keep() {
        for (ArchiveListing listing : listings) {
            output.archivesFolder()
                    .keep(folder -> SparkFailures.explain(
                            "keep the contents of archives in", folder, () -> listing.keep(folder)));
        }
    }

    /** Lets go what the executors hold. */
    @Override
    public void close() {
        listings.forEach(ArchiveListing::close);
        lists.forEach(list -> list.unpersist(false));
    }
}
