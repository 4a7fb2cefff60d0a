package io.vitrine.catalog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;

import io.vitrine.archive.ArchiveFormat;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
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
import org.apache.spark.util.SerializableConfiguration;

/**
 * The members of many archives, found on the cluster, each archive by one task. What was found stays on the executors until {@link
 * #close}, because it takes a pass over the archives.
 */
public final class ArchiveListing implements AutoCloseable {
    private static final String NAMES = "\\.(?:tar|tar\\.gz|tgz|zip)";

    private final SparkSession spark;
    private final Broadcast<SerializableConfiguration> configuration;
    private final JavaRDD<ListedArchive> archives;
    private final ListingRules rules;
    private final MemberRows.Choice choice;
    private final ListedOmissions omissions = new ListedOmissions();

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
        this.archives = refs.map(new ArchiveLister(configuration, rules.fields(), contents))
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

    /**
     * Keeps what this listing has read of archives for later ones.
     *
     * @param folder made if there are any
     * @return how many
     */
    public long keep(String folder) {
        KeptContents contents = new KeptContents(folder, rules.fields());
        JavaRDD<ListedArchive> read = archives.filter(
                listed -> listed.origin() == ListedArchive.Origin.ARCHIVE && contents.isWorthwhile(listed.archive()));
        long count = read.count();
        if (count > 0) {
            read.foreach(new Keep(contents, configuration));
        }
        return count;
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
