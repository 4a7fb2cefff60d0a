package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.vitrine.catalog.ArchiveListing;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.ListingRules;
import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.spark.SparkFailures;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Puts the members of archives in the place of the archives among the files of a listing. */
final class ArchivedImages {
    /** Tasks per slot that read archives. */
    static final int ARCHIVES_PER_SLOT = 4;

    private final SparkSession spark;
    private final InputRequest.Folders folders;
    private final ListingRules rules;
    private final Omissions omissions;
    private final ReadArchives read;

    /** @param omissions what the listing of the files left out */
    ArchivedImages(SparkSession spark, InputRequest.Folders folders, Omissions omissions, ReadArchives read) {
        this.spark = spark;
        this.folders = folders;
        this.rules = folders.rules();
        this.omissions = omissions;
        this.read = read;
    }

    /**
     * The images of a short listing.
     *
     * @param files with the archives among them
     */
    ImageCatalog read(List<ImageRef> files, List<ImageRef> archives) {
        ArchiveListing members = read.list(archives, rules);
        Set<ImageRef> removed = new HashSet<>(archives);
        List<ImageRef> others =
                files.stream().filter(file -> !removed.contains(file)).toList();
        Optional<List<ImageRef>> images = explain(() -> members.collect(most(others)));
        return images.map(found -> listing(others, found, members))
                .orElseGet(() -> table(ImageRefSchema.table(spark, others), members, () -> omissions, archives.size()));
    }

    /** The most members with which the images are a short listing, which has no fields. */
    private long most(List<ImageRef> others) {
        return rules.fields().isEmpty() ? ImageListing.MAX_IMAGES - others.size() : -1;
    }

    /** The images of a long listing. */
    ImageCatalog read(ImageTable files, int slots) {
        ImageTable held = files.withRows(read.hold(files.rows())); // once for the archives, once for the others
        Dataset<Row> archives = held.rows().where(ArchiveListing.isArchive());
        ArchiveListing members = read.list(archives.repartition(slots * ARCHIVES_PER_SLOT), rules);
        explain(() -> {
            members.read();
            return members;
        });
        return members.archives() == 0 && rules.fields().isEmpty()
                ? held
                : table(
                        held.rows().where(not(ArchiveListing.isArchive())),
                        members,
                        files::omissions,
                        members.archives());
    }

    private <T> T explain(Callable<T> reading) {
        return SparkFailures.explain("list the members of the archives in", folders.description(), reading);
    }

    private ImageCatalog listing(List<ImageRef> others, List<ImageRef> found, ArchiveListing members) {
        Map<String, ImageRef> images = new HashMap<>();
        found.forEach(member -> images.put(member.path(), member));
        others.forEach(file -> images.put(file.path(), file));
        Omissions all = members.omissions();
        all.addAll(omissions);
        return new ImageListing(
                images.values().stream().sorted(ImageRef.BY_PLACE).toList(), all);
    }

    private ImageTable table(Dataset<Row> files, ArchiveListing members, Supplier<Omissions> ofFiles, long archives) {
        Dataset<Row> others = files;
        for (String field : rules.fields()) {
            others = others.withColumn(field, lit(null).cast("string"));
        }
        // A file may have the path of a member.
        Dataset<Row> images = members.images().unionByName(others).dropDuplicates(ImageRefSchema.PATH);
        return new ImageTable(
                images,
                () -> {
                    Omissions all = members.omissions();
                    all.addAll(ofFiles.get());
                    return all;
                },
                archives,
                0,
                0);
    }
}
