package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.unix_millis;

import io.vitrine.RejectionReason;
import io.vitrine.archive.ArchiveFormat;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.catalog.HiddenNames;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.RowStatus;
import io.vitrine.table.FeatureTable;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The newest row that earlier runs wrote for each image. Images are compared by joins on the cluster: the driver never holds
 * the earlier images.
 *
 * @param latest each path with status, length, modified and etag of its newest row, and whether it failed for a reason outside
 *     the file, such as an option
 */
public record PreviousResults(Dataset<Row> latest) {
    // Names that no column of the input has.
    private static final String PATH = "vitrine_done_path";
    private static final String DONE = "vitrine_done";

    /** A column of {@link #compare}: whether the image is to do. */
    static final String TO_DO = "vitrine_to_do";

    /** A column of {@link #compare}: the status of the image's newest row; null if it has none. */
    static final String STATUS = "vitrine_done_status";

    /** Vitrine 0.1 wrote {@code too_large} for images that memory was short for. */
    private static final Column WAS_OUT_OF_MEMORY = col(FeatureSchema.STATUS)
            .equalTo(RowStatus.of(RejectionReason.TOO_LARGE))
            .and(col(FeatureSchema.ERROR).endsWith("pixels need more memory than this executor has left"));

    private static final Column IS_TRANSIENT = col(FeatureSchema.STATUS)
            .isin(Stream.of(RejectionReason.values())
                    .filter(reason -> reason.retry() == RejectionReason.Retry.ALWAYS)
                    .map(RowStatus::of)
                    .toArray())
            .or(coalesce(WAS_OUT_OF_MEMORY, lit(false)));

    /** HEIC that was skipped; version 0.1 had no decoder for it, and did not list it among the supported formats. */
    private static final Column WAS_SKIPPED_HEIC = col(FeatureSchema.STATUS)
            .equalTo(RowStatus.of(RejectionReason.UNSUPPORTED))
            .and(col(FeatureSchema.ERROR)
                    .endsWith(HeicDecoding.SKIPPED)
                    .or(col(FeatureSchema.ERROR)
                            .rlike("^(HEIC|HEIF of brand (mif1|msf1)) is not supported(?!.*HEIC)")));

    private static final Column IS_DELETED = col(DONE + ".status").equalTo(RowStatus.DELETED);

    /**
     * The results in rows of finished runs.
     *
     * @param rows whose column {@link FeatureTable#RUN} orders them by age
     * @param heic whether this run decodes images that earlier ones may have skipped
     */
    public static PreviousResults of(Dataset<Row> rows, HeicDecoding heic) {
        Column isTransient =
                heic == HeicDecoding.DECODE ? IS_TRANSIENT.or(coalesce(WAS_SKIPPED_HEIC, lit(false))) : IS_TRANSIENT;
        CanonicalPaths paths =
                CanonicalPaths.ofFullPaths(rows.sparkSession().sessionState().newHadoopConf());
        Dataset<Row> states = rows.select(
                paths.of(col(ImageRefSchema.PATH)).as(PATH),
                struct(
                                col(FeatureSchema.STATUS),
                                col("length"),
                                unix_millis(col("modified")).as("modified"),
                                col("etag"),
                                isTransient.as("transient"))
                        .as("row"),
                col(FeatureTable.RUN));
        return new PreviousResults(states.groupBy(PATH)
                .agg(expr("max_by(row, " + FeatureTable.RUN + ")").as(DONE)));
    }

    /**
     * Adds {@link #TO_DO} and {@link #STATUS} to {@code images}. To do are new images, changed ones, those that came back after
     * they were marked as deleted, and those that {@code redo} asks for.
     *
     * <p>An image has changed if the store's version tag has; where there is none, if its length or its time has. An image
     * without a listing (a row of a list) never changes.
     */
    public Dataset<Row> compare(Dataset<Row> images, RerunPolicy.Redo redo) {
        Column done = col(DONE).isNotNull().and(not(isRedone(redo))).and(isUnchanged());
        return join(images)
                .withColumn(TO_DO, not(done))
                .withColumn(STATUS, col(DONE + ".status"))
                .drop(PATH, DONE);
    }

    private static Column isRedone(RerunPolicy.Redo redo) {
        return switch (redo) {
            case TRANSIENT_FAILURES -> IS_DELETED.or(col(DONE + ".transient"));
            case ALL_FAILURES -> IS_DELETED.or(col(DONE + ".status").notEqual(RowStatus.OK));
            case ALL -> lit(true);
        };
    }

    private static Column isUnchanged() {
        Column unlisted = col("length").isNull().and(col("etag").isNull());
        Column tagged = col("etag").isNotNull().and(col(DONE + ".etag").isNotNull());
        Column sameTag = col("etag").eqNullSafe(col(DONE + ".etag"));
        Column sameFile = col("length")
                .eqNullSafe(col(DONE + ".length"))
                .and(col("modified").eqNullSafe(col(DONE + ".modified")));
        return unlisted.or(tagged.and(sameTag)).or(not(tagged).and(sameFile));
    }

    private Dataset<Row> join(Dataset<Row> images) {
        CanonicalPaths paths =
                CanonicalPaths.ofFullPaths(images.sparkSession().sessionState().newHadoopConf());
        Column path = paths.of(images.col(ImageRefSchema.PATH)); // an id of a table may have another form
        return images.join(latest, path.equalTo(latest.col(PATH)), "left");
    }

    /**
     * The paths of earlier runs' images that are not among {@code images}, without those in folders that a listing leaves out though
     * version 0.1 did not: they may still be there.
     *
     * @param roots only paths equal to one of these, below it, or in it as an archive; each ends with a slash
     */
    public Dataset<Row> missing(Dataset<Row> images, List<String> roots) {
        Column within = roots.stream()
                .map(root -> {
                    String file = root.replaceAll("/+$", "");
                    Column below = col(PATH)
                            .startsWith(root)
                            .and(not(col(PATH).rlike(HiddenNames.inSystemFolder(root))))
                            .or(col(PATH).equalTo(file));
                    return ArchiveFormat.of(file).isPresent()
                            ? below.or(col(PATH).startsWith(file + "#"))
                            : below;
                })
                .reduce(Column::or)
                .orElse(lit(true));
        return latest.where(not(IS_DELETED).and(within))
                .join(images, latest.col(PATH).equalTo(images.col(ImageRefSchema.PATH)), "left_anti")
                .select(col(PATH).as(ImageRefSchema.PATH));
    }
}
