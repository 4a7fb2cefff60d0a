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
 * Lists a catalog that is too large for the driver: its folders are listed by tasks side by side, each streaming what the
 * store answers, so that nobody holds more than a page.
 */
public final class DistributedImageLister {
    /** Folders a task does at least, where there are that many: a request takes some tens of milliseconds. */
    private static final int PARTS_PER_SLOT = 8;

    private DistributedImageLister() {}

    /**
     * The images under {@code inputs}, each once.
     *
     * @param slots tasks that run at once
     */
    public static Dataset<Row> list(SparkSession spark, List<String> inputs, String include, int slots) {
        Configuration hadoop = spark.sessionState().newHadoopConf();
        List<ImageLister.Part> parts = new ImageLister(hadoop, include).parts(inputs, slots * PARTS_PER_SLOT);
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Broadcast<SerializableConfiguration> configuration = context.broadcast(new SerializableConfiguration(hadoop));
        JavaRDD<Row> rows = context.parallelize(parts, Math.max(1, Math.min(parts.size(), slots * PARTS_PER_SLOT)))
                .flatMap(new Walk(configuration, include))
                .map(ImageRefSchema::row);
        Dataset<Row> images = spark.createDataFrame(rows, ImageRefSchema.SCHEMA);
        boolean single = inputs.size() == 1 && !inputs.get(0).matches(".*[*?\\[{].*");
        return single ? images : images.dropDuplicates(ImageRefSchema.PATH);
    }

    private static final class Walk implements FlatMapFunction<ImageLister.Part, ImageRef> {
        private static final long serialVersionUID = 1;

        private final Broadcast<SerializableConfiguration> configuration;
        private final String include;

        Walk(Broadcast<SerializableConfiguration> configuration, String include) {
            this.configuration = configuration;
            this.include = include;
        }

        @Override
        public Iterator<ImageRef> call(ImageLister.Part part) {
            return new ImageLister(configuration.value().value(), include).walk(part);
        }
    }
}
