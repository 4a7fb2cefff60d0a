package io.vitrine.table;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.catalog.StoragePaths;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.DataFrameWriterV2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;

/**
 * An Iceberg table in the Hadoop catalog that is the folder's parent. Such a catalog is safe for one
 * writer, and the output's lease lets in no second. The provenance is in each snapshot's summary.
 */
final class IcebergTable extends LakeTable {
    private final String table;

    IcebergTable(SparkSession spark, String folder) {
        super(spark, StoragePaths.qualified(folder, spark.sessionState().newHadoopConf()));
        Path path = new Path(this.folder);
        if (path.getParent() == null || path.getName().isEmpty()) {
            throw new ConfigurationException(
                    "An Iceberg table needs a folder of its own, but --output is " + folder + ". Choose one below it.");
        }
        String parent = path.getParent().toString();
        String catalog = "vitrine_" + Integer.toHexString(parent.hashCode());
        spark.conf().set("spark.sql.catalog." + catalog, "org.apache.iceberg.spark.SparkCatalog");
        spark.conf().set("spark.sql.catalog." + catalog + ".type", "hadoop");
        spark.conf().set("spark.sql.catalog." + catalog + ".warehouse", parent);
        this.table = catalog + "." + quoted(path.getName());
    }

    @Override
    void append(Dataset<Row> rows, WriteOptions options) {
        try {
            if (exists()) {
                with(options, rows.writeTo(table)).append();
            } else {
                CreateTableWriter<Row> create =
                        with(options, rows.writeTo(table)).using("iceberg");
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
            throw new OutputConflictException("The Iceberg table " + folder + " was changed by another program.", e);
        }
    }

    private static DataFrameWriterV2<Row> with(WriteOptions options, DataFrameWriterV2<Row> writer) {
        options.provenance().forEach((name, value) -> writer.option("snapshot-property." + name, value));
        return writer;
    }

    @Override
    boolean exists() {
        return spark.catalog().tableExists(table);
    }

    @Override
    Dataset<Row> all() {
        return spark.table(table);
    }

    @Override
    String name() {
        return table;
    }
}
