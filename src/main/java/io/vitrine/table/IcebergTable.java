package io.vitrine.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.vitrine.VitrineException;
import io.vitrine.catalog.Folder;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;

/**
 * An Iceberg table, one snapshot a run, in the Hadoop catalog that is the folder's parent. Such a catalog is safe for one
 * writer, and the output's lease lets in no second. The provenance is in the snapshot's summary.
 */
final class IcebergTable implements FeatureTable {
    private final SparkSession spark;
    private final String folder;
    private final String table;
    private List<String> runs = List.of(); // once there are any, kept: nobody else writes

    IcebergTable(SparkSession spark, String folder) {
        this.spark = spark;
        this.folder = Folder.qualified(folder, spark.sessionState().newHadoopConf());
        Path path = new Path(this.folder);
        if (path.getParent() == null || path.getName().isEmpty()) {
            throw new VitrineException(
                    "An Iceberg table needs a folder of its own, but --output is " + folder + ". Choose one below it.");
        }
        String parent = path.getParent().toString();
        String catalog = "vitrine_" + Integer.toHexString(parent.hashCode());
        spark.conf().set("spark.sql.catalog." + catalog, "org.apache.iceberg.spark.SparkCatalog");
        spark.conf().set("spark.sql.catalog." + catalog + ".type", "hadoop");
        spark.conf().set("spark.sql.catalog." + catalog + ".warehouse", parent);
        this.table = catalog + ".`" + path.getName().replace("`", "``") + "`";
    }

    @Override
    public void write(Dataset<Row> rows, String run, WriteOptions options) {
        Dataset<Row> named = rows.select(lit(run).as(RUN), col("*"));
        try {
            if (exists()) {
                with(options, named.writeTo(table)).append();
            } else {
                CreateTableWriter<Row> create =
                        with(options, named.writeTo(table)).using("iceberg");
                create.tableProperty(
                                "write.parquet.row-group-size-bytes",
                                options.parquet().get("parquet.block.size"))
                        .tableProperty("write.parquet.row-group-check-min-record-count", "4") // rows are large
                        .tableProperty("write.parquet.row-group-check-max-record-count", "64")
                        .tableProperty("write.parquet.page-row-limit", "64")
                        .tableProperty(
                                "write.metadata.metrics.column." + RUN,
                                "full") // so that a run is removed by whole files
                        .create();
            }
        } catch (NoSuchTableException | TableAlreadyExistsException e) {
            throw new VitrineException("The Iceberg table " + folder + " was changed by another program.", e);
        } finally {
            runs = List.of();
        }
    }

    private static DataFrameWriterV2<Row> with(WriteOptions options, DataFrameWriterV2<Row> writer) {
        options.provenance().forEach((name, value) -> writer.option("snapshot-property." + name, value));
        return writer;
    }

    private boolean exists() {
        return spark.catalog().tableExists(table);
    }

    @Override
    public Dataset<Row> rows(List<String> runs) {
        return spark.table(table).where(col(RUN).isin(runs.toArray()));
    }

    @Override
    public List<String> runs() {
        if (!exists()) {
            return List.of();
        }
        if (!Arrays.asList(spark.table(table).columns()).contains(RUN)) {
            throw new VitrineException("The Iceberg table " + folder + " was not written by Vitrine: it has no column "
                    + RUN + ". Choose another --output.");
        }
        if (runs.isEmpty()) {
            runs = spark.table(table)
                    .select(RUN)
                    .distinct()
                    .as(Encoders.STRING())
                    .collectAsList();
        }
        return runs;
    }

    @Override
    public void remove(String run) {
        if (exists()) {
            runs = List.of();
            spark.sql("DELETE FROM " + table + " WHERE " + RUN + " = '" + run + "'");
        }
    }

    @Override
    public String place(String run) {
        return folder + " (" + RUN + " = '" + run + "')";
    }
}
