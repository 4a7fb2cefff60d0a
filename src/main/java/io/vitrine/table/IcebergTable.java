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
 * An Iceberg table. Its catalog is a Hadoop catalog in the folder's parent, which is safe for a single writer, as the lease
 * guarantees. The provenance is in each snapshot's summary.
 */
final class IcebergTable extends LakeTable {
    private final String table;

    IcebergTable(SparkSession spark, String folder) {
        super(spark, StoragePaths.qualified(folder, spark.sessionState().newHadoopConf()));
        Path path = new Path(this.folder);
        if (path.getParent() == null || path.getName().isEmpty()) {
            throw new ConfigurationException("An Iceberg table needs a folder of its own, but --output is " + folder
                    + ". Choose a folder below it.");
        }
        String parent = path.getParent().toString();
        String catalog = "vitrine_" + Integer.toHexString(parent.hashCode());
        spark.conf().set("spark.sql.catalog." + catalog, "org.apache.iceberg.spark.SparkCatalog");
        spark.conf().set("spark.sql.catalog." + catalog + ".type", "hadoop");
        spark.conf().set("spark.sql.catalog." + catalog + ".warehouse", parent);
        this.table = catalog + "." + quote(path.getName());
    }

    @Override
    void append(Dataset<Row> rows, WriteOptions options) {
        try {
            if (exists()) {
                withProvenance(options, rows.writeTo(table)).append();
            } else {
                CreateTableWriter<Row> create =
                        withProvenance(options, rows.writeTo(table)).using("iceberg");
                create.tableProperty(
                                "write.parquet.row-group-size-bytes",
                                options.parquet().get("parquet.block.size"))
                        .tableProperty("write.parquet.row-group-check-min-record-count", "4") // rows are large
                        .tableProperty("write.parquet.row-group-check-max-record-count", "64")
                        .tableProperty("write.parquet.page-row-limit", "64")
                        .tableProperty(
                                "write.metadata.metrics.column." + RUN,
                                "full") // lets Iceberg remove a run by whole files
                        .create();
            }
        } catch (NoSuchTableException | TableAlreadyExistsException e) {
            throw new OutputConflictException(
                    "The Iceberg table " + folder
                            + " was created or removed by another program. Run again when no other"
                            + " program writes to it.",
                    e);
        }
    }

    private static DataFrameWriterV2<Row> withProvenance(WriteOptions options, DataFrameWriterV2<Row> writer) {
        options.provenance().forEach((name, value) -> writer.option("snapshot-property." + name, value));
        return writer;
    }

    @Override
    boolean exists() {
        return spark.catalog().tableExists(table);
    }

    @Override
    Dataset<Row> allRows() {
        return spark.table(table);
    }

    @Override
    String sqlName() {
        return table;
    }
}
