package io.vitrine.catalog;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Lists more images than the driver can hold: tasks list folders in parallel and stream the store's answers, so that each holds no
 * more than one page of a listing.
 */
public final class DistributedImageLister {
    /** Sections per slot, if there are that many folders: a request takes some tens of milliseconds. */
    private static final int SECTIONS_PER_SLOT = 8;

    private DistributedImageLister() {}

    /**
     * A listing.
     *
     * @param images each image once, as {@link ImageRefSchema} rows
     * @param omissions what is left out, as far as the images have been read
     */
    public record Listing(Dataset<Row> images, Supplier<Omissions> omissions) {}

    /**
     * The images under {@code inputs}.
     *
     * @param rules as for {@link ImageLister}
     * @param slots tasks that run at once
     */
    public static Listing list(SparkSession spark, List<String> inputs, ListingRules rules, int slots) {
        Configuration hadoop = spark.sessionState().newHadoopConf();
        int wanted = slots * SECTIONS_PER_SLOT;
        Omissions ofInputs = new Omissions();
        List<ImageLister.ListingSection> sections = new ImageLister(hadoop, rules, ofInputs).sections(inputs, wanted);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        ListedOmissions ofSections = new ListedOmissions();
        spark.sparkContext().register(ofSections);
        Broadcast<SerializableConfiguration> configuration = context.broadcast(new SerializableConfiguration(hadoop));
        JavaRDD<Row> rows = context.parallelize(sections, Math.max(1, Math.min(sections.size(), wanted)))
                .flatMap(new ListSection(configuration, rules, ofSections))
                .map(ref -> ImageRefSchema.toRow(ref));
        Dataset<Row> images = spark.createDataFrame(rows, ImageRefSchema.SCHEMA);
        boolean isSingleFolder = inputs.size() == 1 && !StoragePaths.isGlob(inputs.get(0));
        return new Listing(isSingleFolder ? images : images.dropDuplicates(ImageRefSchema.PATH), () -> {
            Omissions total = ofSections.total();
            total.addAll(ofInputs);
            return total;
        });
    }

    private static final class ListSection implements FlatMapFunction<ImageLister.ListingSection, ImageRef> {
        private static final long serialVersionUID = 1;

        private final Broadcast<SerializableConfiguration> configuration;
        private final ListingRules rules;
        private final ListedOmissions omissions;

        ListSection(Broadcast<SerializableConfiguration> configuration, ListingRules rules, ListedOmissions omissions) {
            this.configuration = configuration;
            this.rules = rules;
            this.omissions = omissions;
        }

        @Override
        public Iterator<ImageRef> call(ImageLister.ListingSection section) {
            Omissions ofSection = new Omissions();
            omissions.add(
                    Map.entry(section.path() + " " + section.scope(), ofSection)); // filled while the images are read
            return new ImageLister(configuration.value().value(), rules, ofSection).images(section);
        }
    }
}
