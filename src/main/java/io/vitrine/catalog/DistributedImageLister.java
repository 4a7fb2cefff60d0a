package io.vitrine.catalog;

import java.util.Iterator;
import java.util.List;
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
     * The images under {@code inputs}, each once, as {@link ImageRefSchema} rows.
     *
     * @param include as for {@link ImageLister}
     * @param slots tasks that run at once
     */
    public static Dataset<Row> list(SparkSession spark, List<String> inputs, String include, int slots) {
        Configuration hadoop = spark.sessionState().newHadoopConf();
        int wanted = slots * SECTIONS_PER_SLOT;
        List<ImageLister.ListingSection> sections = new ImageLister(hadoop, include).sections(inputs, wanted);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Broadcast<SerializableConfiguration> configuration = context.broadcast(new SerializableConfiguration(hadoop));
        JavaRDD<Row> rows = context.parallelize(sections, Math.max(1, Math.min(sections.size(), wanted)))
                .flatMap(new ListSection(configuration, include))
                .map(ImageRefSchema::toRow);
        Dataset<Row> images = spark.createDataFrame(rows, ImageRefSchema.SCHEMA);
        boolean isSingleFolder = inputs.size() == 1 && !StoragePaths.isGlob(inputs.get(0));
        return isSingleFolder ? images : images.dropDuplicates(ImageRefSchema.PATH);
    }

    private static final class ListSection implements FlatMapFunction<ImageLister.ListingSection, ImageRef> {
        private static final long serialVersionUID = 1;

        private final Broadcast<SerializableConfiguration> configuration;
        private final String include;

        ListSection(Broadcast<SerializableConfiguration> configuration, String include) {
            this.configuration = configuration;
            this.include = include;
        }

        @Override
        public Iterator<ImageRef> call(ImageLister.ListingSection section) {
            return new ImageLister(configuration.value().value(), include).images(section);
        }
    }
}
