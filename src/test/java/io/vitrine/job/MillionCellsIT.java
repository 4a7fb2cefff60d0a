package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.InputRequest;
import io.vitrine.report.RunListener;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A million images in a table are planned by a driver that may take a megabyte of results from its tasks. */
final class MillionCellsIT {
    private static final int ROWS = 1_000_000;

    @TempDir
    private Path folder;

    private final SparkSession spark = SparkSession.builder()
            .config(LocalSpark.conf(Map.of()).set("spark.driver.maxResultSize", "1m"))
            .getOrCreate();

    @AfterEach
    void stop() {
        spark.stop();
    }

    @Test
    void theDriverListsAndLoadsNoRow() {
        String table = folder + "/table";
        spark.range(ROWS)
                .selectExpr("cast(id AS string) AS sku", "cast(repeat(md5(cast(id AS string)), 4) AS binary) AS image")
                .repartition(8)
                .write()
                .parquet(table);

        String plan = Extract.describe(
                spark,
                ExtractRequests.builder(folder)
                        .input(new InputRequest.CellTable(table, "image", Optional.of("sku")))
                        .output(folder + "/features")
                        .build(),
                RunListener.NONE);
        assertThat(plan).contains("images         1,000,000");
    }
}
