package io.vitrine.catalog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;

import io.vitrine.archive.ArchiveFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The members of many archives, found on the cluster, each archive by one task. What was found stays on the executors until {@link
 * #close}, because it takes a pass over the archives.
 */
public final class ArchiveListing implements AutoCloseable {
    /**
     * How old what was kept gets before it is to be removed. A file that is used in the last third of this time, or later, is written
     * again.
     */
    public static final Duration LIFETIME = Duration.ofDays(90);

    /** The most that tasks answer to the driver in one job. */
    private static final long ANSWERS_BYTES = 64 << 20;

    private static final String NAMES = "\\.(?:tar|tar\\.gz|tgz|zip)";

    private final SparkSession spark;
    private final Broadcast<SerializableConfiguration> configuration;
    private final JavaRDD<ListedArchive> archives;
    private final ListingRules rules;
    private final MemberRows.Choice choice;
    private final ListedOmissions omissions = new ListedOmissions();
    private final LongAccumulator toKeep = new LongAccumulator();

    private ArchiveListing(
            SparkSession spark,
            JavaRDD<ImageRef> refs,
            ListingRules rules,
            MemberRows.Choice choice,
            Optional<String> kept) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Configuration hadoop = spark.sessionState().newHadoopConf();
        this.spark = spark;
        this.configuration = context.broadcast(new SerializableConfiguration(hadoop));
        List<KeptContents> contents = kept.stream()
                .map(folder -> new KeptContents(folder, rules.fields()))
                .toList();
        spark.sparkContext().register(toKeep);
        this.archives = refs.map(new ArchiveLister(configuration, rules.fields(), contents, toKeep))
                .persist(StorageLevel.MEMORY_AND_DISK());
        this.rules = rules;
        this.choice = choice;
        spark.sparkContext().register(omissions);
    }

    /**
     * The members of {@code archives}, which the driver knows.
     *
     * @param kept the folder where {@link #keep} of an earlier listing has kept what it found
     */
    public static ArchiveListing of(
            SparkSession spark, List<ImageRef> archives, ListingRules rules, Optional<String> kept) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        JavaRDD<ImageRef> refs = context.parallelize(archives, Math.max(1, archives.size()));
        return new ArchiveListing(spark, refs, rules, MemberRows.Choice.BY_NAME, kept);
    }

    /** The members of {@code archives}, rows of {@link ImageRefSchema}. */
    public static ArchiveListing of(
            SparkSession spark, Dataset<Row> archives, ListingRules rules, Optional<String> kept) {
        JavaRDD<ImageRef> refs = archives.javaRDD().map(ImageRefSchema::fromRow);
        return new ArchiveListing(spark, refs, rules, MemberRows.Choice.BY_NAME, kept);
    }

    /** All members of archives of which only the paths are known, rows of {@link ImageRefSchema}. */
    public static ArchiveListing ofPaths(SparkSession spark, Dataset<Row> archives) {
        JavaRDD<ImageRef> refs = archives.javaRDD().map(ImageRefSchema::fromRow);
        return new ArchiveListing(spark, refs, ListingRules.EVERYTHING, MemberRows.Choice.ALL, Optional.empty());
    }

    /** Whether an image of a listing is an archive. */
    public static boolean isArchive(ImageRef ref) {
        return ArchiveFormat.of(ref.path()).isPresent();
    }

    /** The condition that an image of a listing is an archive. */
    public static Column isArchive() {
        return col(ImageRefSchema.PATH).rlike("(?i)" + NAMES + "$");
    }

    /** The path of the archive whose member an image's path names; empty text if it names none. */
    public static Column archiveOfMember() {
        return regexp_extract(col(ImageRefSchema.PATH), "(?is)^(?!https?:)(.*?" + NAMES + ")#", 1);
    }

    /** Rows of {@link ImageRefSchema}, then one column of strings for each field of the rules. */
    public Dataset<Row> images() {
        return spark.createDataFrame(archives.flatMap(new MemberRows(rules, choice, omissions)), schema());
    }

    private StructType schema() {
        StructType schema = ImageRefSchema.SCHEMA;
        for (String field : rules.fields()) {
            schema = schema.add(field, DataTypes.StringType);
        }
        return schema;
    }

    /** What is left out, as far as the images have been read. */
    public Omissions omissions() {
        return omissions.total();
    }

    /** How many archives have been read. */
    public long archives() {
        return omissions.sections();
    }

    /** Reads the archives, so that {@link #omissions} and {@link #archives} are known. */
    public void read() {
        scan(0);
    }

    /**
     * Reads the archives, as {@link #read}, and gives their images unless there are more than {@code most}. For archives that the
     * driver knows. The driver gets their contents in packed form, which takes one job where none is far larger than the others.
     */
    public Optional<List<ImageRef>> collect(long most) {
        long each = ANSWERS_BYTES / Math.max(1, archives.getNumPartitions());
        List<Scan.Scanned> scanned = scan(each);
        if (scanned.stream().mapToLong(Scan.Scanned::images).sum() > most) {
            return Optional.empty();
        }
        List<ListedArchive> listed = new ArrayList<>();
        scanned.forEach(one -> one.listed().ifPresent(listed::add));
        if (listed.size() < scanned.size()) {
            listed.addAll(
                    archives.filter(one -> one.contents().bytes().length > each).collect());
        }
        MemberRows rows = new MemberRows(rules, choice, new ListedOmissions()); // counted by the tasks
        Map<String, String> shared = new HashMap<>();
        List<ImageRef> images = new ArrayList<>();
        for (ListedArchive one : listed) {
            rows.call(one)
                    .forEachRemaining(
                            row -> images.add(ImageRefSchema.fromRow(row).withShared(shared)));
        }
        return Optional.of(images);
    }

    private List<Scan.Scanned> scan(long bytes) {
        return archives.map(new Scan(new MemberRows(rules, choice, omissions), bytes))
                .collect();
    }

    /**
     * Begins to keep what this listing has found for later ones.
     *
     * @param folder made if there is anything to keep
     * @return the job; empty if there is nothing to keep
     */
    public Optional<JavaFutureAction<Void>> keep(String folder) {
        if (toKeep.isZero()) {
            return Optional.empty();
        }
        KeptContents contents = new KeptContents(folder, rules.fields());
        return Optional.of(
                archives.filter(listed -> listed.origin().isToKeep() && contents.isWorthwhile(listed.archive()))
                        .foreachAsync(new Keep(contents, configuration)));
    }

    private static final class Keep implements VoidFunction<ListedArchive> {
        private static final long serialVersionUID = 1;

        private final KeptContents contents;
        private final Broadcast<SerializableConfiguration> configuration;

        Keep(KeptContents contents, Broadcast<SerializableConfiguration> configuration) {
            this.contents = contents;
            this.configuration = configuration;
        }

        @Override
        public void call(ListedArchive listed) throws Exception {
            contents.keep(listed, configuration.value().value());
        }
    }

    @Override
    public void close() {
        archives.unpersist(false);
    }
}
