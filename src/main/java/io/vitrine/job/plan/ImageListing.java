package io.vitrine.job.plan;

import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.Omissions;
import io.vitrine.catalog.TaskSizes;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.WorkItem;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/** A short listing, in the driver's memory, ordered by path. */
record ImageListing(List<ImageRef> refs, Omissions omissions) implements ImageCatalog {
    /** The longest listing that the driver holds: about 40 MB. */
    static final int MAX_IMAGES = 100_000;

    ImageListing(List<ImageRef> refs) {
        this(refs, new Omissions());
    }

    @Override
    public List<StructField> carried() {
        return List.of();
    }

    @Override
    public ImageListing snapshot(SparkSession spark, String folder) {
        return this;
    }

    @Override
    public Dataset<Row> asTable(SparkSession spark) {
        return ImageRefSchema.table(spark, refs);
    }

    @Override
    public ImageListing without(PreviousResults previous, RerunPolicy.Redo redo, SparkSession spark) {
        return new ImageListing(previous.subtract(asTable(spark), redo).collectAsList().stream()
                .map(ImageRefSchema::fromRow)
                .sorted(Comparator.comparing(ImageRef::path))
                .toList(), omissions);
    }

    @Override
    public long count() {
        return refs.size();
    }

    @Override
    public OptionalLong bytes() {
        return OptionalLong.of(refs.stream().mapToLong(ImageRef::length).sum());
    }

    @Override
    public List<WorkItem> first(int limit) {
        return refs.stream().limit(limit).map(WorkItem::of).toList();
    }

    @Override
    public JavaRDD<WorkItem> partitions(
            JavaSparkContext spark, List<Integer> sizes, Optional<ResourceProfile> profile) {
        List<List<ImageRef>> slices = TaskSizes.slice(refs, sizes);
        return spark.parallelize(slices, slices.size()).flatMap(List::iterator).map(WorkItem::of);
    }
}
