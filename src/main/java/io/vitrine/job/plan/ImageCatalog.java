package io.vitrine.job.plan;

import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.WorkItem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/** Images to do: a short listing in the driver's memory, or a table of any length. */
public sealed interface ImageCatalog permits ImageListing, ImageTable, CellTable {
    /** The input table's columns that are carried through to the output. */
    List<StructField> carried();

    /** What the input has that is not an image of the run. Complete once the images have been counted or written. */
    Omissions omissions();

    /** The same images, written to {@code folder} if reading them again could give others. */
    ImageCatalog snapshot(SparkSession spark, String folder);

    /** How many of the images are at web addresses. */
    default long webImages() {
        return 0;
    }

    /** The images as a table: the columns of {@code ImageRefSchema}, then the carried ones. */
    Dataset<Row> asTable(SparkSession spark);

    /**
     * Those of these images that {@code rows} name.
     *
     * @param rows some of {@link #asTable}, written to storage
     */
    ImageCatalog withRows(Dataset<Row> rows);

    /** The images that earlier runs have not done, or that {@code redo} asks for again. Compares once. */
    RemainingImages remaining(PreviousResults previous, RerunPolicy.Redo redo, SparkSession spark);

    long count();

    /** The archives whose members are among the images. */
    long archives();

    /** The bytes of all images, where the driver knows them. */
    OptionalLong bytes();

    /** The first {@code limit} images. */
    List<WorkItem> first(int limit);

    /**
     * The images in partitions of {@code sizes} images; a table's partitions have these sizes approximately.
     *
     * @param broadcasts open until the partitions have been used
     * @param profile of the stage that reads a table
     */
    JavaRDD<WorkItem> partitions(Broadcasts broadcasts, List<Integer> sizes, Optional<ResourceProfile> profile);
}
