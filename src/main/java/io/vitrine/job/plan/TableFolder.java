package io.vitrine.job.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import io.vitrine.ConfigurationException;
import io.vitrine.catalog.StorageErrors;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.job.output.OutputFolder;
import io.vitrine.job.request.Destination;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.RowStatus;
import io.vitrine.table.FeatureTable;
import io.vitrine.table.OutputFormat;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * A folder that is a table with a log of its own, given as an input list or as a table of images. Its files alone would give rows that the table has
 * deleted.
 */
final class TableFolder {
    private static final String METADATA_FILE = ".metadata.json";
    private static final String ICEBERG_CATALOG = "spark.sql.catalog.default_iceberg";
    private static final String AGE = "vitrine_age";

    private final SparkSession spark;
    private final String location;
    private final Use use;
    private final FileSystem fs;
    private final Path folder;

    /** What a run reads from the table. */
    enum Use {
        /** Paths of images. */
        INPUT_LIST("input list", "--input-list"),
        /** The images themselves. */
        TABLE_OF_IMAGES("table", "--input-table");

        private final String noun;
        private final String option;

        Use(String noun, String option) {
            this.noun = noun;
            this.option = option;
        }
    }

    private TableFolder(SparkSession spark, String location, Use use) throws IOException {
        this.spark = spark;
        this.location = location;
        this.use = use;
        this.folder = StoragePaths.parse(location);
        this.fs = StoragePaths.fileSystem(folder, spark.sessionState().newHadoopConf());
    }

    /**
     * The rows of the table at {@code location}: of a Delta Lake or Iceberg table its present rows; of an output of this program the
     * newest row of each image, from finished runs, without deleted images.
     *
     * @return empty if it is no such table
     * @throws ConfigurationException if the table's library is missing, or its kind can't be read
     */
    static Optional<Dataset<Row>> read(SparkSession spark, String location, Use use) {
        try {
            TableFolder table = new TableFolder(spark, location, use);
            return location.endsWith(METADATA_FILE) ? Optional.of(table.lake(OutputFormat.iceberg)) : table.read();
        } catch (IOException e) {
            throw StorageErrors.of("read the " + use.noun, location, e);
        }
    }

    private Optional<Dataset<Row>> read() throws IOException {
        if (!has("")) {
            return Optional.empty(); // a file, a glob, or missing
        }
        if (has("_vitrine")) {
            return Optional.of(newestRows());
        }
        if (has("_delta_log")) {
            return Optional.of(lake(OutputFormat.delta));
        }
        if (has(".hoodie")) {
            throw new ConfigurationException("The " + use.noun + " " + location
                    + " is a Hudi table, which is not read. Write its rows to a Parquet file, and give that.");
        }
        if (isIceberg()) {
            return Optional.of(iceberg());
        }
        return Optional.empty();
    }

    /** Whether the folder holds the folder {@code name}. */
    private boolean has(String name) throws IOException {
        try {
            return fs.getFileStatus(child(name)).isDirectory();
        } catch (FileNotFoundException e) {
            return false;
        }
    }

    private Path child(String name) {
        return name.isEmpty() ? folder : new Path(folder, name);
    }

    private boolean isIceberg() throws IOException {
        if (!has("metadata")) {
            return false;
        }
        for (FileStatus file : fs.listStatus(child("metadata"))) {
            if (file.getPath().getName().endsWith(METADATA_FILE)) {
                return true;
            }
        }
        return false;
    }

    private Dataset<Row> iceberg() throws IOException {
        if (!fs.exists(child("metadata/version-hint.text"))) {
            throw new ConfigurationException("The " + use.noun + " " + location
                    + " is an Iceberg table of a catalog, which alone knows its present state. Give the metadata file"
                    + " that the catalog names: " + use.option + " " + location + "/metadata/00001-....metadata.json");
        }
        return lake(OutputFormat.iceberg);
    }

    private Dataset<Row> lake(OutputFormat format) {
        format.requireLibrary("The " + use.noun + " " + location + ", a table of the format " + format + ",");
        return load(format);
    }

    /** Reads the table by its folder. Iceberg does so through a catalog, which would be Hive's. */
    private Dataset<Row> load(OutputFormat format) {
        if (format == OutputFormat.delta) {
            OutputFormat.delta.requireSession(spark.sparkContext().getConf(), "The Delta table " + location);
        }
        if (format == OutputFormat.iceberg && !spark.conf().contains(ICEBERG_CATALOG)) {
            spark.conf().set(ICEBERG_CATALOG, "org.apache.iceberg.spark.SparkCatalog");
            spark.conf().set(ICEBERG_CATALOG + ".type", "hadoop");
            spark.conf().set(ICEBERG_CATALOG + ".warehouse", folder.toString());
        }
        DataFrameReader reader = spark.read().format(format.name());
        Option<SparkSession> active = SparkSession.getActiveSession();
        SparkSession.setActiveSession(spark); // whose catalogs Iceberg takes, not the reader's
        try {
            Optional<Long> version = use == Use.TABLE_OF_IMAGES ? version(format) : Optional.empty();
            if (version.isPresent()) {
                reader = reader.option("versionAsOf", version.get());
            }
            return reader.load(folder.toString());
        } finally {
            if (active.isDefined()) {
                SparkSession.setActiveSession(active.get());
            } else {
                SparkSession.clearActiveSession();
            }
        }
    }

    /**
     * The newest version. Each query would read what is the newest then, and the commits of a run are queries. Empty for an Iceberg
     * table without rows, and one of a metadata file, whose state stays.
     */
    private Optional<Long> version(OutputFormat format) {
        if (format == OutputFormat.delta) {
            return Optional.of(deltaVersion());
        }
        return location.endsWith(METADATA_FILE) ? Optional.empty() : icebergSnapshot();
    }

    private long deltaVersion() {
        String quoted = folder.toString().replace("`", "``");
        return spark.sql("DESCRIBE HISTORY delta.`" + quoted + "` LIMIT 1")
                .select("version")
                .first()
                .getLong(0);
    }

    private Optional<Long> icebergSnapshot() {
        return spark
                .read()
                .format(OutputFormat.iceberg.name())
                .load(folder + "#refs")
                .where(col("name").equalTo("main"))
                .select("snapshot_id")
                .collectAsList()
                .stream()
                .map(row -> row.getLong(0))
                .findFirst();
    }

    private Dataset<Row> newestRows() throws IOException {
        OutputFormat format =
                has("_delta_log") ? OutputFormat.delta : has("metadata") ? OutputFormat.iceberg : OutputFormat.parquet;
        format.requireLibrary("The " + use.noun + " " + location + ", an output of the format " + format + ",");
        if (format == OutputFormat.delta) {
            format.requireSession(spark.sparkContext().getConf(), "The Delta table " + location);
        }
        OutputFolder output = new OutputFolder(spark, new Destination(location, format));
        List<String> runs = output.finishedRuns();
        if (runs.isEmpty()) {
            throw new ConfigurationException("The " + use.noun + " " + location
                    + " is an output without a finished run, so it names no images.");
        }
        Dataset<Row> rows = output.table().rows(runs, columns(format, runs.get(runs.size() - 1)));
        return rows.withColumn(
                        AGE,
                        row_number()
                                .over(Window.partitionBy(FeatureSchema.PATH)
                                        .orderBy(col(FeatureTable.RUN).desc())))
                .where(col(AGE).equalTo(1).and(col(FeatureSchema.STATUS).notEqual(RowStatus.DELETED)))
                .drop(AGE);
    }

    /** All columns of the output but {@link FeatureTable#RUN}. All runs have the same. */
    private StructType columns(OutputFormat format, String run) {
        StructType all = format == OutputFormat.parquet
                ? spark.read()
                        .parquet(child(FeatureTable.RUN + "=" + run).toString())
                        .schema()
                : load(format).schema();
        return new StructType(Arrays.stream(all.fields())
                .filter(field -> !field.name().equals(FeatureTable.RUN))
                .toArray(StructField[]::new));
    }
}
