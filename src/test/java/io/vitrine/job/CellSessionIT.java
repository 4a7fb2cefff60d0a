package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of pictures in a session with the settings that a command gives it, and no others. */
final class CellSessionIT {
    private static final String STARS =
            Path.of("demo/pictures/star").toAbsolutePath().toString();

    @TempDir
    private static Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"delta", "iceberg"})
    void theSessionOfACommandReadsTheTable(String format) throws Exception {
        String table = "file:" + folder.toAbsolutePath() + "/" + format + "/table";
        SparkConf conf = LocalSpark.conf(Map.of());
        ExtractRequest request = Extract.configure(
                conf,
                ExtractRequests.builder(folder)
                        .input(new InputRequest.CellTable(table, "content", Optional.of("name")))
                        .columns("pooler_output")
                        .output(folder + "/features-" + format)
                        .build());
        try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
            Dataset<Row> pictures = spark.read()
                    .format("binaryFile")
                    .load(STARS)
                    .selectExpr("content", "substring_index(path, '/', -1) AS name");
            if (format.equals("delta")) {
                pictures.write().format("delta").save(table);
            } else {
                spark.conf().set("spark.sql.catalog.writer", "org.apache.iceberg.spark.SparkCatalog");
                spark.conf().set("spark.sql.catalog.writer.type", "hadoop");
                spark.conf().set("spark.sql.catalog.writer.warehouse", table.replaceFirst("/table$", ""));
                pictures.writeTo("writer.table").using("iceberg").create();
            }
            assertThat(Extract.run(spark, request).images()).isEqualTo(Map.of("ok", pictures.count()));
        }
    }
}
