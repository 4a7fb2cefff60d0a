package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.ClashingColumns;
import io.vitrine.job.request.Destination;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.Omission;
import io.vitrine.report.RunRecord;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Input lists that are tables with a log, outputs of this program, or tables whose columns and rows clash. */
final class TableListsIT {
    private static final int IMAGES = 4;

    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private static SparkSession spark;

    @BeforeAll
    static void start() {
        SparkConf conf = LocalSpark.conf(Map.of());
        OutputFormat.delta.settings(conf).forEach(conf::set);
        conf.set("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog");
        conf.set("spark.sql.catalog.lake.type", "hadoop");
        conf.set("spark.sql.catalog.lake.warehouse", cache + "/warehouse");
        spark = SparkSession.builder().config(conf).getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @BeforeEach
    void writeImages() throws IOException {
        Files.createDirectory(folder.resolve("photos"));
        for (int i = 0; i < IMAGES; i++) {
            Files.write(folder.resolve("photos/" + i + ".png"), Pictures.drawn("png", 40, 30, i));
        }
    }

    private ExtractRequest request(InputRequest input) {
        return ExtractRequests.builder(cache)
                .input(input)
                .output(folder + "/features")
                .maxFailures(FailureLimit.parse("100%"))
                .columns("pooler_output")
                .build();
    }

    private RunRecord run(InputRequest input) {
        return Extract.run(spark, request(input));
    }

    private Dataset<Row> features() {
        return spark.read().parquet(folder + "/features");
    }

    private List<String> names(Dataset<Row> rows) {
        return rows.selectExpr("regexp_replace(path, '.*/', '')")
                .as(Encoders.STRING())
                .collectAsList();
    }

    private Dataset<Row> listed() {
        return spark.range(IMAGES).selectExpr("concat('photos/', id, '.png') AS path", "id");
    }

    @Test
    void aDeltaTableHasItsPresentRows() {
        String table = folder + "/list";
        listed().write().format("delta").save(table);
        spark.sql("DELETE FROM delta.`" + table + "` WHERE id = 2");
        assertThat(run(InputRequest.list(table)).ok()).isEqualTo(IMAGES - 1);
        assertThat(names(features())).containsExactlyInAnyOrder("0.png", "1.png", "3.png");
        assertThat(features().columns()).contains("id");
    }

    @Test
    void anIcebergTableHasItsPresentRows() {
        listed().selectExpr("concat('" + folder + "/', path) AS path", "id")
                .writeTo("lake.list")
                .using("iceberg")
                .createOrReplace();
        spark.sql("DELETE FROM lake.list WHERE id = 2");
        assertThat(run(InputRequest.list(cache + "/warehouse/list")).ok()).isEqualTo(IMAGES - 1);
        assertThat(names(features())).containsExactlyInAnyOrder("0.png", "1.png", "3.png");
    }

    @Test
    void anIcebergTableOfACatalogIsReadByItsMetadataFile() throws IOException {
        listed().selectExpr("concat('" + folder + "/', path) AS path", "id")
                .writeTo("lake.catalogued")
                .using("iceberg")
                .createOrReplace();
        Path metadata = cache.resolve("warehouse/catalogued/metadata");
        Files.delete(metadata.resolve("version-hint.text"));
        assertThatThrownBy(() -> run(InputRequest.list(cache + "/warehouse/catalogued")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is an Iceberg table of a catalog")
                .hasMessageContaining("--input-list " + cache + "/warehouse/catalogued/metadata/");
        assertThat(run(InputRequest.list(metadata + "/v1.metadata.json")).ok()).isEqualTo(IMAGES);
    }

    @Test
    void aHudiTableIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("list/.hoodie"));
        assertThatThrownBy(() -> run(InputRequest.list(folder + "/list")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is a Hudi table, which is not read");
    }

    @ParameterizedTest
    @EnumSource(OutputFormat.class)
    void anOutputHasTheNewestRowsOfItsFinishedRuns(OutputFormat format) throws IOException {
        String earlier = folder + "/earlier";
        ExtractRequest.Builder first = ExtractRequests.builder(cache)
                .input(InputRequest.under(folder + "/photos"))
                .output(new Destination(earlier, format))
                .columns("pooler_output");
        Files.writeString(folder.resolve("photos/0.png"), "no image");
        Extract.run(spark, first.build());
        Files.write(folder.resolve("photos/0.png"), Pictures.drawn("png", 50, 60, 9));
        Files.delete(folder.resolve("photos/3.png"));
        Extract.run(
                spark,
                first.rerun(RerunPolicy.builder()
                                .missing(RerunPolicy.Missing.MARK_DELETED)
                                .build())
                        .build());
        if (format == OutputFormat.parquet) {
            Path run = Folders.files(folder.resolve("earlier/_vitrine")).stream()
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{8}T.*\\.json"))
                    .map(name -> folder.resolve("earlier/run=" + name.replace(".json", "")))
                    .findFirst()
                    .orElseThrow();
            Path unfinished = Files.createDirectory(folder.resolve("earlier/run=29990101T000000Z-dead"));
            for (Path file : Folders.files(run)) {
                Files.copy(file, unfinished.resolve(file.getFileName()));
            }
        }
        InputRequest.PathList list = new InputRequest.PathList(earlier, "path");
        assertThatThrownBy(() -> run(list))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--clashing-columns rename (it becomes list_");
        assertThat(run(list.withClashingColumns(ClashingColumns.RENAME)).ok()).isEqualTo(3);
        assertThat(features().columns()).contains("list_status", "list_width", "list_run", "list_pooler_output");
        assertThat(names(features().where("list_status = 'ok' AND list_pooler_output = pooler_output")))
                .containsExactlyInAnyOrder("0.png", "1.png", "2.png");
    }

    @Test
    void anOutputWithoutAFinishedRunIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("earlier/_vitrine"));
        assertThatThrownBy(() -> run(InputRequest.list(folder + "/earlier")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is an output without a finished run");
    }

    @Test
    void clashingColumnsAreDroppedOnRequest() {
        listed().selectExpr("path AS file", "id", "'x' AS Status", "'y' AS path", "id AS run")
                .write()
                .parquet(folder + "/list.parquet");
        InputRequest.PathList list =
                new InputRequest.PathList(folder + "/list.parquet", "file").withClashingColumns(ClashingColumns.DROP);
        assertThat(run(list).ok()).isEqualTo(IMAGES);
        assertThat(features().columns()).contains("id").doesNotContain("Status", "list_Status", "list_path");
    }

    @Test
    void aPathHasOneRowWithTheColumnsOfItsFirstMention() throws IOException {
        Path list = Files.writeString(
                folder.resolve("list.csv"),
                "path,sku,tags\r\nphotos/0.png,first,\"a,\"\"b\"\"\r\nc\"\r\n,none,\r\n\" \",blank,\r\n"
                        + folder + "/photos/0.png,second,\r\nfile://" + folder + "/photos//0.png,third,\r\n"
                        + "photos/1.png,other,\r\n");
        RunRecord record = run(InputRequest.list(list.toString()));
        assertThat(record.ok()).isEqualTo(2);
        assertThat(features()
                        .where("path LIKE '%0.png'")
                        .select("sku")
                        .as(Encoders.STRING())
                        .collectAsList())
                .containsExactly("first");
        assertThat(record.omitted())
                .containsExactly(
                        new Omission("rows without a path", 2, List.of()),
                        new Omission(
                                "rows whose path another row has", 2, List.of("file:" + folder + "/photos/0.png")));
        assertThat(run(InputRequest.list(list.toString())).total()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0.png, photos", "photos/0.png, ''"})
    void relativePathsStartAtTheBaseFolder(String path, String base) throws IOException {
        Path list =
                Files.writeString(Files.createDirectory(folder.resolve("lists")).resolve("list.txt"), path);
        InputRequest.PathList request =
                new InputRequest.PathList(list.toString(), "path").withBaseFolder(folder + "/" + base);
        assertThat(run(request).ok()).isOne();
    }

    @Test
    void aMissingImageTellsWhereItWasLookedFor() throws IOException {
        Path list = Files.writeString(folder.resolve("list.txt"), "no/such.png");
        run(InputRequest.list(list.toString()));
        assertThat(features().select("error").as(Encoders.STRING()).collectAsList())
                .containsExactly("nothing at file:" + folder + "/no/such.png");
    }
}
