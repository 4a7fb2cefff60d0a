package io.vitrine.catalog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.trim;

import io.vitrine.ConfigurationException;
import io.vitrine.StorageException;
import io.vitrine.VitrineException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Reads an input list: a text file with one path per line, or a CSV or TSV (with a header), JSON or Parquet table with a column of
 * paths. A table's other columns are kept and become columns of the output.
 */
public final class InputListReader {
    private InputListReader() {}

    /**
     * The table at {@code location}, its paths as written.
     *
     * <p>The extension gives the format: {@code .csv}, {@code .tsv} or {@code .tab}, {@code .json} or {@code .jsonl}, {@code
     * .txt}, {@code .parquet}, also compressed where Spark reads it so. Without one of these, a folder is Parquet and a file is
     * text.
     *
     * @throws StorageException if it cannot be read
     * @throws ConfigurationException if it lacks {@code pathColumn}, or the column holds no strings
     */
    public static Dataset<Row> read(SparkSession spark, String location, String pathColumn) {
        return requirePaths(load(spark, "read the input list", location, pathColumn), location, pathColumn);
    }

    /** Returns {@code table} if it has a column {@code pathColumn} of strings. */
    public static Dataset<Row> requirePaths(Dataset<Row> table, String location, String pathColumn) {
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

    /**
     * The table at {@code location}, whose format is found as in {@link #read}. ORC is read too.
     *
     * @throws StorageException if it cannot be read
     */
    public static Dataset<Row> readTable(SparkSession spark, String location) {
        return load(spark, "read the table", location, "value");
    }

    private static Dataset<Row> load(SparkSession spark, String attempt, String location, String pathColumn) {
        String canonical = StoragePaths.canonical(location);
        try {
            return load(spark, canonical, pathColumn);
        } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
            if (e instanceof VitrineException fault) {
                throw fault;
            }
            boolean missing = e instanceof FileNotFoundException
                    || (e instanceof AnalysisException
                            && String.valueOf(e.getMessage()).contains("PATH_NOT_FOUND"));
            throw missing ? missing(spark, attempt, location, e) : StorageErrors.of(attempt, location, e);
        }
    }

    private static StorageException missing(SparkSession spark, String attempt, String location, Exception e) {
        try {
            Path path = StoragePaths.parse(StoragePaths.canonical(location));
            return StorageErrors.missing(attempt, location, "file", path, fileSystem(spark, path), e);
        } catch (IOException unreachable) {
            return StorageErrors.of(attempt, location, unreachable);
        }
    }

    private static Dataset<Row> load(SparkSession spark, String location, String pathColumn) throws IOException {
        String name = location.toLowerCase(Locale.ROOT)
                .replaceAll("\\.(gz|bz2|zst|snappy)$", "")
                .replaceAll("/+$", "");
        if (name.endsWith(".csv")) {
            return csv(spark, ",").csv(location);
        } else if (name.endsWith(".tsv") || name.endsWith(".tab")) {
            return csv(spark, "\t").csv(location);
        } else if (name.endsWith(".json") || name.endsWith(".jsonl")) {
            return spark.read().json(location);
        } else if (name.endsWith(".txt")) {
            return text(spark, location, pathColumn);
        } else if (name.endsWith(".orc") || isFolder(spark, location) && holdsOrc(spark, location)) {
            return spark.read().orc(location);
        } else if (name.endsWith(".parquet") || isFolder(spark, location)) {
            return spark.read().parquet(location);
        }
        return text(spark, location, pathColumn);
    }

    /** CSV as in RFC 4180: quoted fields hold separators, line breaks, and quotes written twice. A backslash means itself. */
    private static DataFrameReader csv(SparkSession spark, String separator) {
        return spark.read()
                .option("header", true)
                .option("sep", separator)
                .option("multiLine", true)
                .option("quote", "\"")
                .option("escape", "\"");
    }

    private static Dataset<Row> text(SparkSession spark, String location, String pathColumn) {
        return spark.read()
                .text(location)
                .toDF(pathColumn)
                .where(length(trim(col("`" + pathColumn + "`"))).gt(0));
    }

    private static boolean isFolder(SparkSession spark, String location) throws IOException {
        Path path = StoragePaths.parse(location);
        return fileSystem(spark, path).getFileStatus(path).isDirectory();
    }

    /** Whether the first data file of a folder is one of ORC. */
    private static boolean holdsOrc(SparkSession spark, String location) throws IOException {
        Path path = StoragePaths.parse(location);
        RemoteIterator<LocatedFileStatus> files = fileSystem(spark, path).listFiles(path, true);
        while (files.hasNext()) {
            String name = files.next().getPath().getName();
            if (!name.startsWith("_") && !name.startsWith(".")) {
                return name.endsWith(".orc");
            }
        }
        return false;
    }

    private static FileSystem fileSystem(SparkSession spark, Path path) throws IOException {
        return StoragePaths.fileSystem(path, spark.sessionState().newHadoopConf());
    }
}
