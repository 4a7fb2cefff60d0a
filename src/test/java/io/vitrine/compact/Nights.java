package io.vitrine.compact;

import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.RunRecord;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.vectors.CurrentVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Pictures that change from night to night, runs on them, and what readers see of the output. After {@link #two} nights {@code same}
 * is unchanged, {@code changed} has two rows, {@code broken} was ok once, {@code gone} is marked as deleted, {@code new} came later.
 */
final class Nights {
    static final String VECTORS = "pooler_output";
    static final String STATES = "last_hidden_state";

    private final SparkSession spark;
    private final Path folder;
    private final Path pictures;

    Nights(SparkSession spark, Path folder) {
        this.spark = spark;
        this.folder = folder;
        this.pictures = folder.resolve("pictures");
    }

    Path pictures() {
        return pictures;
    }

    void draw(String name, int seed) {
        try {
            Files.createDirectories(pictures);
            Files.write(pictures.resolve(name + ".png"), Pictures.drawn("png", 40, 30, seed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String name) {
        try {
            Files.delete(pictures.resolve(name + ".png"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Two nights, of three runs each: commits of two images, and the deleted images of the second. */
    void two(String output) throws IOException {
        for (String name : List.of("same", "changed", "broken", "gone")) {
            draw(name, name.length());
        }
        run(output);
        draw("changed", 99);
        Files.writeString(pictures.resolve("broken.png"), "no picture");
        remove("gone");
        draw("new", 5);
        run(output);
    }

    RunRecord run(String output, String... columns) {
        return run(output, OutputFormat.parquet, columns);
    }

    RunRecord run(String output, OutputFormat format, String... columns) {
        return Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .input(pictures.toString())
                        .output(new Destination(output, format))
                        .columns(columns.length == 0 ? new String[] {VECTORS, STATES} : columns)
                        .rerun(RerunPolicy.builder()
                                .missing(RerunPolicy.Missing.MARK_DELETED)
                                .imagesPerCommit(2)
                                .build())
                        .build());
    }

    /** What the documented readers see: name by name, all values but the run, floats as their bits. */
    Map<String, Map<String, List<String>>> readers(String output) {
        return Map.of(
                "a plain reader", currentRows(spark.read().parquet(output)),
                "the source vitrine", currentRows(spark.read().format("vitrine").load(output)),
                "current vectors",
                        byName(CurrentVectors.open(spark, output, VECTORS)
                                .rows()
                                .drop("run")));
    }

    /** The rows that count, by the query of docs/reference/output.md. */
    static Map<String, List<String>> currentRows(Dataset<Row> rows) {
        rows.createOrReplaceTempView("nights");
        return byName(rows.sparkSession()
                .sql(
                        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY path ORDER BY run DESC) AS age FROM nights)"
                                + " WHERE age = 1 AND status != 'deleted'")
                .drop("run", "age"));
    }

    private static Map<String, List<String>> byName(Dataset<Row> rows) {
        Map<String, List<String>> values = new TreeMap<>();
        for (Row row : rows.collectAsList()) {
            List<String> texts = new ArrayList<>();
            for (String name : row.schema().fieldNames()) {
                texts.add(name + "=" + text(row.getAs(name)));
            }
            texts.sort(null);
            String name = row.<String>getAs("path").replaceAll(".*/|\\.png", "");
            if (values.put(name, texts) != null) {
                throw new AssertionError("two current rows of " + name);
            }
        }
        return values;
    }

    private static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.toString(bytes);
        }
        if (value instanceof scala.collection.Seq<?> floats) {
            List<String> bits = new ArrayList<>();
            for (int i = 0; i < floats.length(); i++) {
                bits.add(Integer.toHexString(Float.floatToRawIntBits((Float) floats.apply(i))));
            }
            return String.join(" ", bits);
        }
        return String.valueOf(value);
    }
}
