package io.vitrine.catalog;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A table of paths: a text file with one a line, or a Parquet, CSV (with a header) or JSON table with a path column, whose
 * other columns are carried through to the output.
 */
public final class InputListReader {
    private InputListReader() {}

    /**
     * Reads the table at {@code location}, the path column first.
     *
     * <p>The format follows the name: {@code .parquet}, {@code .csv}, {@code .json} or {@code .jsonl}, {@code .txt}, each
     * also compressed where Spark reads it so; a folder of another name is Parquet, a file of another name text.
     *
     * @throws VitrineException if it cannot be read or lacks the path column
     */
    public static Dataset<Row> read(SparkSession spark, String location, String pathColumn) {
        Dataset<Row> table;
        try {
            table = load(spark, location, pathColumn);
        } catch (RuntimeException e) {
            throw StorageErrors.of("read the input list", location, e);
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            if (e instanceof AnalysisException && String.valueOf(e.getMessage()).contains("PATH_NOT_FOUND")) {
                throw new StorageException(
                        StorageException.Outlook.PERMANENT,
                        "Cannot read the input list " + location + ": it does not exist. Check the path.",
                        e);
            }
            throw StorageErrors.of("read the input list", location, e);
        }
        StructType schema = table.schema();
        List<String> names = Arrays.asList(schema.fieldNames());
        if (!names.contains(pathColumn)) {
            throw new ConfigurationException("The input list " + location + " has no column '" + pathColumn
                    + "'. It has: " + String.join(", ", names) + ". Name one with --path-column.");
        }
        if (!schema.apply(pathColumn).dataType().equals(DataTypes.StringType)) {
            throw new ConfigurationException("The column '" + pathColumn + "' of " + location + " holds "
                    + schema.apply(pathColumn).dataType().simpleString() + ", not paths as strings.");
        }
        return table;
    }

    private static Dataset<Row> load(SparkSession spark, String location, String pathColumn) throws Exception {
        String name = location.toLowerCase(Locale.ROOT)
                .replaceAll("\\.(gz|bz2|zst|snappy)$", "")
                .replaceAll("/+$", "");
        if (name.endsWith(".csv")) {
            return spark.read().option("header", true).csv(location);
        } else if (name.endsWith(".json") || name.endsWith(".jsonl")) {
            return spark.read().json(location);
        } else if (name.endsWith(".txt")) {
            return text(spark, location, pathColumn);
        } else if (name.endsWith(".parquet") || isFolder(spark, location)) {
            return spark.read().parquet(location);
        }
        return text(spark, location, pathColumn);
    }

    private static Dataset<Row> text(SparkSession spark, String location, String pathColumn) {
        return spark.read().text(location).toDF(pathColumn).where("trim(`" + pathColumn + "`) != ''");
    }

    private static boolean isFolder(SparkSession spark, String location) throws java.io.IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
        return path.getFileSystem(spark.sessionState().newHadoopConf())
                .getFileStatus(path)
                .isDirectory();
    }
}
