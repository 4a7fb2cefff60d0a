package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pictures in the cells of Delta Lake and Iceberg tables, whose rows change from run to run. */
final class CellLakesIT {
    private static final String STARS = "kind = 'star'";
    private static final int STAR_COUNT = 6;

    @TempDir
    private static Path folder;

    private static CellTableRuns tables;
    private static Map<String, List<Float>> vectors; // of the files, by name

    /** Where a table is, and its name in SQL. */
    private record Lake(String location, String sqlName) {}

    private enum Format {
        DELTA("#sha256:[0-9a-f]{64}") {
            @Override
            Lake write(Dataset<Row> rows) {
                String location = tables.newFolder();
                rows.write().format("delta").save(location);
                return new Lake(location, "delta.`" + location + "`");
            }
        },
        ICEBERG("/data/.*\\.parquet#[0-5]") {
            @Override
            Lake write(Dataset<Row> rows) throws TableAlreadyExistsException {
                String location = tables.newFolder();
                String name = "cells." + location.replaceAll(".*/", "");
                rows.writeTo(name).using("iceberg").create();
                return new Lake(location, name);
            }
        };

        private final String place;

        /** @param place the name of a row without an id, behind the table's */
        Format(String place) {
            this.place = place;
        }

        abstract Lake write(Dataset<Row> rows) throws TableAlreadyExistsException;
    }

    @BeforeAll
    static void start() {
        tables = CellTableRuns.local(folder);
        vectors = tables.vectorsOfFiles();
    }

    @AfterAll
    static void stop() {
        tables.close();
    }

    private static Dataset<Row> pictures(String where) {
        return tables.files().where(where).selectExpr("name AS sku", "kind", "content AS image");
    }

    private static Map<String, List<Float>> vectorsOf(Dataset<Row> pictures) {
        Set<String> names = pictures.select("sku").collectAsList().stream()
                .map(row -> row.getString(0))
                .collect(Collectors.toSet());
        Map<String, List<Float>> chosen = new TreeMap<>(vectors);
        chosen.keySet().retainAll(names);
        return chosen;
    }

    @ParameterizedTest
    @EnumSource
    void aRunDoesTheRowsThatAreNewOrHaveChanged(Format format) throws TableAlreadyExistsException {
        Dataset<Row> stars = pictures(STARS);
        Lake lake = format.write(stars.repartition(2));
        String output = tables.newFolder();
        assertThat(tables.run(lake.location, output, "image", "sku").images()).isEqualTo(Map.of("ok", 6L));
        assertThat(tables.vectors(output, sku -> sku)).isEqualTo(vectorsOf(stars));
        assertThat(tables.rows(output).get("star-1.jpg").<String>getAs("kind")).isEqualTo("star");
        assertThat(tables.run(lake.location, output, "image", "sku").total())
                .as("nothing has changed")
                .isZero();

        pictures("name = 'ring-1.jpg'").createOrReplaceTempView("ring");
        tables.spark().sql("INSERT INTO " + lake.sqlName + " SELECT * FROM ring");
        tables.spark().sql("DELETE FROM " + lake.sqlName + " WHERE sku = 'star-2.png'");
        tables.spark()
                .sql("INSERT OVERWRITE " + lake.sqlName + " SELECT sku, kind, if(sku = 'star-1.jpg', (SELECT image FROM"
                        + " ring), image) FROM " + lake.sqlName);
        RunRecord second = tables.run(lake.location, output, "image", "sku");
        assertThat(second.total()).as("the new row and the changed one").isEqualTo(2);
        Map<String, Row> rows = tables.rows(output);
        Object ring = rows.get("ring-1.jpg").getAs("pooler_output");
        assertThat(ring).isNotNull();
        assertThat(rows.get("star-1.jpg").<Object>getAs("pooler_output")).isEqualTo(ring);
        assertThat(rows.get("star-2.png").<String>getAs("status"))
                .as("a removed row keeps its features")
                .isEqualTo("ok");
    }

    /** In several commits. Each reads the whole table, but takes its own rows only. */
    @ParameterizedTest
    @EnumSource
    void aRunReadsTheVersionThatItHasPlannedWith(Format format) throws TableAlreadyExistsException {
        Dataset<Row> stars = pictures(STARS);
        Lake lake = format.write(stars.repartition(2));
        String output = tables.newFolder();
        RunListener change = new RunListener() {
            @Override
            public void planned(String plan, long images) {
                tables.spark().sql("DELETE FROM " + lake.sqlName + " WHERE sku = 'star-2.png'");
                pictures("name = 'ring-1.jpg'").createOrReplaceTempView("ring");
                tables.spark().sql("INSERT INTO " + lake.sqlName + " SELECT * FROM ring");
            }
        };
        ExtractRequest inCommits = tables.request(lake.location, output, "image", "sku")
                .rerun(RerunPolicy.builder().imagesPerCommit(4).build())
                .build();
        assertThat(Extract.run(tables.spark(), inCommits, change).images()).isEqualTo(Map.of("ok", 6L));
        assertThat(tables.spark().read().parquet(output).count()).isEqualTo(STAR_COUNT);
        assertThat(tables.vectors(output, sku -> sku)).isEqualTo(vectorsOf(stars));
        assertThat(tables.run(lake.location, output, "image", "sku").images())
                .as("the row that came meanwhile")
                .isEqualTo(Map.of("ok", 1L));
    }

    @ParameterizedTest
    @EnumSource
    void rowsWithoutIdsAreNamedByTheirPlace(Format format) throws TableAlreadyExistsException {
        Lake lake = format.write(pictures(STARS).coalesce(1));
        String output = tables.newFolder();
        assertThat(tables.run(lake.location, output, "image", null).ok()).isEqualTo(STAR_COUNT);
        assertThat(tables.rows(output).keySet())
                .hasSize(STAR_COUNT)
                .allMatch(path -> path.matches("\\Q" + lake.location + "\\E" + format.place));
        assertThat(tables.run(lake.location, output, "image", null).total())
                .as("the second run")
                .isZero();
    }

    @Test
    void anIcebergTableOfACatalogIsReadByItsMetadataFile() throws TableAlreadyExistsException {
        Lake lake = Format.ICEBERG.write(pictures(STARS));
        String output = tables.newFolder();
        assertThat(tables.run(lake.location + "/metadata/v1.metadata.json", output, "image", "sku")
                        .ok())
                .isEqualTo(STAR_COUNT);
    }
}
