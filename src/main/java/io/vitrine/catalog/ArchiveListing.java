package io.vitrine.catalog;

import io.vitrine.archive.ArchiveFormat;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/** Lists the members of many archives on the cluster, each archive by one task. */
public final class ArchiveListing {
    private static final String ARCHIVES = "(?i)\\.(?:tar|tar\\.gz|tgz|zip)$";

    private ArchiveListing() {}

    /**
     * The members of archives.
     *
     * @param images rows of {@link ImageRefSchema}, then one column of strings for each field of the rules. They are kept on the
     *     executors, because finding them takes a pass over the archives; the caller lets them go
     * @param omissions what is left out, as far as the members have been read
     * @param archives how many archives have been read
     */
    public record Listing(Dataset<Row> images, Supplier<Omissions> omissions, LongSupplier archives) {}

    /** Whether an image of a listing is an archive. */
    public static boolean isArchive(ImageRef ref) {
        return ArchiveFormat.of(ref.path()).isPresent();
    }

    /** The condition that an image of a listing is an archive. */
    public static Column isArchive() {
        return functions.col(ImageRefSchema.PATH).rlike(ARCHIVES);
    }

    /** The members of {@code archives}, which the driver knows. */
    public static Listing list(SparkSession spark, List<ImageRef> archives, ListingRules rules) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return list(spark, context.parallelize(archives, Math.max(1, archives.size())), rules);
    }

    /** The members of {@code archives}, rows of {@link ImageRefSchema}. */
    public static Listing list(SparkSession spark, Dataset<Row> archives, ListingRules rules) {
        return list(spark, archives.javaRDD().map(ImageRefSchema::fromRow), rules);
    }

    private static Listing list(SparkSession spark, JavaRDD<ImageRef> archives, ListingRules rules) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        ListedOmissions omissions = new ListedOmissions();
        spark.sparkContext().register(omissions);
        ArchiveLister lister = new ArchiveLister(
                context.broadcast(
                        new SerializableConfiguration(spark.sessionState().newHadoopConf())),
                rules,
                omissions);
        Dataset<Row> images = spark.createDataFrame(archives.flatMap(lister), schema(rules));
        return new Listing(images.persist(StorageLevel.MEMORY_AND_DISK()), omissions::total, omissions::sections);
    }

    /** The columns of an image, then those of the fields. */
    public static StructType schema(ListingRules rules) {
        StructType schema = ImageRefSchema.SCHEMA;
        for (String field : rules.fields()) {
            schema = schema.add(field, DataTypes.StringType);
        }
        return schema;
    }
}
