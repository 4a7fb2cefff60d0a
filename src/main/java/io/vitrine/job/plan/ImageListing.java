package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.ImageSource;
import io.vitrine.catalog.Omissions;
import io.vitrine.catalog.TaskSizes;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.RowStatus;
import io.vitrine.job.rows.WorkItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/** A short listing, in the driver's memory, in the order of {@link ImageRef#BY_PLACE}. */
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
    public ImageTable withRows(Dataset<Row> rows) {
        return new ImageTable(rows);
    }

    @Override
    public RemainingImages remaining(PreviousResults previous, RerunPolicy.Redo redo, SparkSession spark) {
        Dataset<Row> compared = previous.compare(asTable(spark), redo);
        Column isOk = coalesce(col(PreviousResults.STATUS).equalTo(RowStatus.OK), lit(false));
        List<Row> others =
                compared.where(col(PreviousResults.TO_DO).or(not(isOk))).collectAsList(); // in most runs a few
        List<ImageRef> toDo = new ArrayList<>();
        ImageCounts.Builder counts = new ImageCounts.Builder();
        for (Row row : others) {
            ImageRef ref = ImageRefSchema.fromRow(row);
            String status = row.getAs(PreviousResults.STATUS);
            if (row.<Boolean>getAs(PreviousResults.TO_DO)) {
                toDo.add(ref);
                counts.addToDo(status, 1);
            } else {
                counts.addDone(status, 1, ref.path());
            }
        }
        if (others.size() < refs.size()) {
            counts.addDone(
                    RowStatus.OK, refs.size() - others.size(), refs.get(0).path());
        }
        toDo.sort(ImageRef.BY_PLACE);
        return new RemainingImages(new ImageListing(List.copyOf(toDo), omissions), counts.build());
    }

    @Override
    public long archives() {
        return refs.stream()
                .filter(ref -> ref.source() instanceof ImageSource.ArchiveMember)
                .map(ImageRef::file)
                .distinct()
                .count();
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
    public JavaRDD<WorkItem> partitions(Broadcasts broadcasts, List<Integer> sizes, Optional<ResourceProfile> profile) {
        List<List<ImageRef>> slices = TaskSizes.slice(refs, sizes);
        return broadcasts
                .spark()
                .parallelize(slices, slices.size())
                .flatMap(List::iterator)
                .map(WorkItem::of);
    }
}
