package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.vitrine.catalog.ArchiveListing;
import io.vitrine.catalog.CanonicalPaths;
import io.vitrine.catalog.ImageRefSchema;
import io.vitrine.catalog.InputListReader;
import io.vitrine.catalog.OmissionReason;
import io.vitrine.catalog.Omissions;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.spark.SparkFailures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * The images that an input list names: each once, by its canonical path. Of several rows with one path the first counts. Rows
 * without a path name no image.
 */
final class ListedImages {
    private static final String ROWS = "vitrine_rows";
    private static final String PLACE = "vitrine_place";
    private static final String FIRST = "vitrine_first";

    private final SparkSession spark;
    private final InputRequest.PathList list;
    private final CarriedColumns carried;
    private final CanonicalPaths paths;

    /** @param outputColumns the output's other columns */
    ListedImages(SparkSession spark, InputRequest.PathList list, List<String> outputColumns) {
        this.spark = spark;
        this.list = list;
        this.carried = new CarriedColumns(list.clashing(), Set.of(list.pathColumn()), outputColumns);
        Configuration configuration = spark.sessionState().newHadoopConf();
        CanonicalPaths working = CanonicalPaths.ofWorkingFolder(configuration);
        this.paths = CanonicalPaths.of(
                configuration, working.of(list.baseFolder().orElseGet(() -> folderOf(working.of(list.location())))));
    }

    /** The folder that holds a list; of a glob, the folder before its first pattern. */
    private static String folderOf(String location) {
        String fixed = location.replaceAll("/+$", "").replaceFirst("[^/]*[*?\\[{].*$", "x");
        return fixed.substring(0, fixed.lastIndexOf('/') + 1);
    }

    /** The columns of {@link ImageRefSchema}, then the carried ones. */
    ImageTable read() {
        Dataset<Row> table = InputListReader.requirePaths(
                TableFolder.read(spark, list.location(), TableFolder.Use.INPUT_LIST)
                        .orElseGet(() -> InputListReader.read(spark, list.location(), list.pathColumn())),
                list.location(),
                list.pathColumn());
        Column given = col("`" + list.pathColumn() + "`");
        Column isBlank = given.isNull().or(length(trim(given)).equalTo(0));
        UDF1<String, String> canonical = paths::of;
        Column path = when(isBlank, lit(null))
                .otherwise(udf(canonical, DataTypes.StringType).apply(given));
        Dataset<Row> rows = table.select(
                Stream.concat(Stream.of(ImageRefSchema.unlisted(path)), carried.of(table.columns()).stream())
                        .toArray(Column[]::new));
        Row counts = SparkFailures.explain("read the input list", list.location(), () -> counts(rows));
        Omissions omissions = omissions(counts);
        // Always: the list may get a repeated path after the count.
        Dataset<Row> images = firstOfEach(rows.where(col(ImageRefSchema.PATH).isNotNull()));
        return new ImageTable(images, () -> omissions, 0, longAt(counts, 4), longAt(counts, 5));
    }

    /** Rows without a path, and with a path that another row has. */
    static Omissions countOmissions(Dataset<Row> rows) {
        return omissions(counts(rows));
    }

    /** One row: rows without a path, repeated rows, two examples of these, images at web addresses, members of archives. */
    private static Row counts(Dataset<Row> rows) {
        Column hasPath = col(ImageRefSchema.PATH).isNotNull();
        Column isRepeated = hasPath.and(col(ROWS).gt(1));
        Column isWeb = col(ImageRefSchema.PATH).rlike("^https?:");
        Column isMember = not(ArchiveListing.archiveOfMember().equalTo(""));
        return rows.groupBy(ImageRefSchema.PATH)
                .agg(count(lit(1)).as(ROWS))
                .agg(
                        sum(when(hasPath, 0).otherwise(col(ROWS))),
                        sum(when(hasPath, col(ROWS).minus(1)).otherwise(0)),
                        min(when(isRepeated, col(ImageRefSchema.PATH))),
                        max(when(isRepeated, col(ImageRefSchema.PATH))),
                        sum(when(isWeb, 1).otherwise(0)),
                        sum(when(isMember, 1).otherwise(0)))
                .first();
    }

    private static Omissions omissions(Row counts) {
        Omissions omissions = new Omissions();
        omissions.add(OmissionReason.NO_PATH, longAt(counts, 0), List.of());
        omissions.add(
                OmissionReason.DUPLICATE_PATH,
                longAt(counts, 1),
                Stream.of(counts.getString(2), counts.getString(3))
                        .filter(Objects::nonNull)
                        .toList());
        return omissions;
    }

    private static long longAt(Row row, int index) {
        return row.isNullAt(index) ? 0 : row.getLong(index);
    }

    private static Dataset<Row> firstOfEach(Dataset<Row> rows) {
        List<Column> columns = new ArrayList<>();
        Arrays.stream(rows.columns()).forEach(name -> columns.add(col("`" + name.replace("`", "``") + "`")));
        Column row = struct(columns.toArray(Column[]::new));
        return rows.withColumn(PLACE, monotonically_increasing_id())
                .groupBy(ImageRefSchema.PATH)
                .agg(min_by(row, col(PLACE)).as(FIRST))
                .select(FIRST + ".*");
    }
}
