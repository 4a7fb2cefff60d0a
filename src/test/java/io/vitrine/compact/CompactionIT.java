package io.vitrine.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.report.RunRecord;
import io.vitrine.table.OutputFormat;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compactions of an output of two nights, on local files. */
final class CompactionIT {
    private static final CompactListener SILENT = plan -> {};

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Nights nights;
    private static Path twoNights;

    private final Path output = folder.resolve("out-" + System.nanoTime());

    @BeforeAll
    static void start() throws IOException {
        SparkConf conf = LocalSpark.conf(Map.of());
        OutputFormat.delta.settings(conf).forEach(conf::set);
        spark = SparkSession.builder().config(conf).getOrCreate();
        nights = new Nights(spark, folder);
        twoNights = folder.resolve("two-nights");
        nights.two(twoNights.toString());
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static CompactRequest request(Path output, Duration keep) {
        return new CompactRequest(
                output.toString(),
                CompactRequest.DEFAULT_TARGET_FILE_BYTES,
                Optional.ofNullable(keep),
                Optional.empty());
    }

    private static Compaction.Result compact(Path output, Duration keep) {
        return new Compaction(spark, request(output, keep)).run(SILENT);
    }

    private static List<String> runs(Path output) throws IOException {
        try (Stream<Path> folders = Files.list(output)) {
            return folders.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("run="))
                    .map(name -> name.substring("run=".length()))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> rowFiles(Path output) {
        return Folders.filesBelow(output).stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .filter(file -> !file.toString().contains("_vitrine"))
                .toList();
    }

    private static FileMetaData footer(Path file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()),
                spark.sessionState().newHadoopConf()))) {
            return reader.getFooter().getFileMetaData();
        }
    }

    @Test
    void everyReaderSeesTheSameRowsBeforeAndAfter() throws IOException {
        Folders.copy(twoNights, output);
        List<String> before = runs(output);
        Map<String, Map<String, List<String>>> rows = nights.readers(output.toString());
        assertThat(rows.get("a plain reader")).containsOnlyKeys("same", "changed", "broken", "new");

        Compaction.Result result = compact(output, null);
        assertThat(result.replaced()).isEqualTo(before);
        assertThat(result.rows()).isEqualTo(4);
        assertThat(result.files()).isEqualTo(1);
        assertThat(result.removed()).isEmpty();
        assertThat(runs(output))
                .hasSize(before.size() + 1)
                .contains(result.run().orElseThrow());
        assertThat(nights.readers(output.toString())).isEqualTo(rows);
        assertThat(spark.read().format("vitrine").load(output.toString()).count())
                .isEqualTo(4);

        assertThat(compact(output, Duration.ZERO).removed()).isEqualTo(before);
        assertThat(runs(output)).containsExactly(result.run().orElseThrow());
        assertThat(nights.readers(output.toString())).isEqualTo(rows);
        assertThat(rowFiles(output)).hasSize(1);
    }

    @Test
    void filesHaveTheSameColumnsAndSayHowTheirRowsWereMade() throws IOException {
        Folders.copy(twoNights, output);
        FileMetaData old = footer(rowFiles(output).get(0));
        List<String> before = runs(output);
        String run = compact(output, Duration.ZERO).run().orElseThrow();
        FileMetaData footer = footer(rowFiles(output).get(0));
        assertThat(footer.getSchema()).isEqualTo(old.getSchema());
        Map<String, String> expected = new TreeMap<>(old.getKeyValueMetaData());
        expected.put("vitrine.run", run);
        Map<String, String> metadata = new TreeMap<>(footer.getKeyValueMetaData());
        JsonNode origins = new ObjectMapper().readTree(metadata.remove("vitrine.origins"));
        assertThat(metadata).isEqualTo(expected);
        List<String> named = new ArrayList<>();
        origins.get(0).get("runs").forEach(name -> named.add(name.asText()));
        assertThat(named).isEqualTo(before);
        assertThat(origins).hasSize(1);
        assertThat(output.resolve("_vitrine").resolve(before.get(0) + ".json")).exists();
    }

    private Map<String, String> origins(Path output) {
        Map<String, String> origins = new TreeMap<>();
        for (Row row : spark.read()
                .parquet(output.resolve("_vitrine/origins").toString())
                .collectAsList()) {
            origins.put(row.<String>getAs("path").replaceAll(".*/|\\.png", ""), row.getAs("origin"));
        }
        return origins;
    }

    @Test
    void theOriginOfEachRowStaysKnownThroughLaterCompactions() throws IOException {
        Folders.copy(twoNights, output);
        Map<String, String> made = new TreeMap<>();
        spark.read()
                .parquet(output.toString())
                .where("status != 'deleted'")
                .orderBy("run")
                .collectAsList()
                .forEach(row -> made.put(row.<String>getAs("path").replaceAll(".*/|\\.png", ""), row.getAs("run")));
        made.remove("gone");
        compact(output, Duration.ZERO);
        assertThat(origins(output)).isEqualTo(made);

        nights.draw("later", 77);
        nights.run(output.toString());
        nights.remove("later");
        made.put("later", runs(output).get(1));
        Map<String, Map<String, List<String>>> rows = nights.readers(output.toString());
        Compaction.Result second = compact(output, Duration.ZERO);
        assertThat(second.replaced()).hasSize(2);
        assertThat(origins(output)).isEqualTo(made);
        assertThat(nights.readers(output.toString())).isEqualTo(rows);
        assertThat(footer(rowFiles(output).get(0)).getKeyValueMetaData().get("vitrine.origins"))
                .doesNotContain("compacted")
                .contains(made.get("later"));
    }

    @Test
    void theNextRunDoesOnlyWhatIsNew() throws IOException {
        Folders.copy(twoNights, output);
        compact(output, null);
        RunRecord nothing = nights.run(output.toString());
        assertThat(nothing.total()).isZero();
        assertThat(nothing.results().doneBefore()).isEqualTo(Map.of("ok", 3L, "not_an_image", 1L));

        nights.draw("later", 78);
        assertThat(nights.run(output.toString()).total()).isEqualTo(1);
        nights.remove("later");
        assertThat(nights.run(output.toString()).images()).isEqualTo(Map.of("deleted", 1L));
        assertThat(nights.readers(output.toString()).get("a plain reader")).doesNotContainKey("later");
    }

    @Test
    void deletedRowsVanishForReal() throws IOException {
        Folders.copy(twoNights, output);
        compact(output, null); // its replaced runs still hold rows of the deleted image
        nights.draw("person", 79);
        nights.run(output.toString());
        nights.remove("person");
        nights.run(output.toString());
        Map<String, Map<String, List<String>>> rows = nights.readers(output.toString());
        compact(output, Duration.ZERO);
        assertThat(nights.readers(output.toString())).isEqualTo(rows);
        assertThat(spark.read()
                        .parquet(output.toString())
                        .where("path LIKE '%person%' OR path LIKE '%gone%'")
                        .count())
                .isZero();
        assertThat(origins(output)).doesNotContainKeys("person", "gone");
    }

    @Test
    void replacedRunsStayForTheStatedTimeAndARunRemovesThemThen() throws IOException {
        Folders.copy(twoNights, output);
        List<String> before = runs(output);
        String run = compact(output, Duration.ofHours(3)).run().orElseThrow();
        Path record = output.resolve("_vitrine").resolve(run + ".json");
        age(record, Duration.ofHours(2));
        nights.run(output.toString());
        assertThat(runs(output)).containsAll(before);
        age(record, Duration.ofHours(4));
        nights.run(output.toString());
        assertThat(runs(output)).containsExactly(run);
    }

    private static void age(Path record, Duration age) throws IOException {
        Files.setLastModifiedTime(record, FileTime.from(Instant.now().minus(age)));
    }

    /** A process is killed right after each step. What it leaves is usable, and the next compaction cleans up. */
    @ParameterizedTest
    @EnumSource
    void aKilledCompactionLeavesAUsableOutput(CompactListener.Step step) throws Exception {
        Folders.copy(twoNights, output);
        List<String> before = runs(output);
        Map<String, Map<String, List<String>>> rows = nights.readers(output.toString());
        CompactAndDie.run(output.toString(), step, Map.of());
        assertThat(nights.readers(output.toString())).isEqualTo(rows);
        Folders.delete(output.resolve("_vitrine/leases")); // of the dead process, which nobody renews

        Compaction.Result result = compact(output, Duration.ZERO);
        assertThat(result.run().isPresent()).isEqualTo(step != CompactListener.Step.COMMITTED);
        assertThat(result.removed()).isEqualTo(before);
        assertThat(nights.readers(output.toString())).isEqualTo(rows);
        assertThat(runs(output)).hasSize(1);
        assertThat(output.resolve("_vitrine/started")).isEmptyDirectory();
        assertThat(output.resolve("_staging")).doesNotExist();
        try (Stream<Path> origins = Files.list(output.resolve("_vitrine/origins"))) {
            assertThat(origins).hasSize(1);
        }
    }

    /** The process is gone between the rename of the rows and the record. */
    @Test
    void aCompactionThatDiedRightAfterItsCommitPointIsFinishedByTheNextRun() throws IOException {
        Folders.copy(twoNights, output);
        Map<String, Map<String, List<String>>> rows = nights.readers(output.toString());
        String run = compact(output, null).run().orElseThrow();
        Path record = output.resolve("_vitrine").resolve(run + ".json");
        Files.move(record, output.resolve("_vitrine/started").resolve(run));
        assertThat(nights.readers(output.toString())).isEqualTo(rows);
        Files.writeString(record, "{\"run\": \""); // or while it wrote the record, which the reader leaves out
        assertThat(Nights.currentRows(spark.read().format("vitrine").load(output.toString())))
                .isEqualTo(rows.get("the source vitrine"));

        assertThat(nights.run(output.toString()).total()).isZero();
        assertThat(nights.readers(output.toString())).isEqualTo(rows);
        compact(output, Duration.ZERO);
        assertThat(runs(output)).containsExactly(run);
    }

    /** Folders of replaced runs go one by one, oldest first; at each moment the rest is right. */
    @Test
    void eachMomentOfTheRemovalIsRight() throws IOException {
        Folders.copy(twoNights, output);
        Map<String, Map<String, List<String>>> rows = nights.readers(output.toString());
        List<String> replaced = compact(output, null).replaced();
        for (String run : replaced) {
            Folders.delete(output.resolve("run=" + run));
            assertThat(nights.readers(output.toString())).isEqualTo(rows);
        }
    }

    @Test
    void aRunThatHoldsTheLeaseIsNotDisturbed() throws IOException {
        Folders.copy(twoNights, output);
        List<String> before = runs(output);
        Path lease = Files.createDirectories(output.resolve("_vitrine/leases")).resolve("another.json");
        Files.writeString(lease, "{\"seconds\": 300, \"held\": true}");
        assertThatThrownBy(() -> compact(output, Duration.ZERO))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("Another run is writing to this output");
        assertThat(runs(output)).isEqualTo(before);
    }

    @Test
    void aCompactionThatLosesItsLeaseChangesNothing() throws IOException {
        Folders.copy(twoNights, output);
        List<String> before = runs(output);
        CompactListener thief = new CompactListener() {
            @Override
            public void planned(String plan) {}

            @Override
            public void ended(Step step) {
                if (step == Step.ROWS_WRITTEN) {
                    Folders.delete(output.resolve("_vitrine/leases"));
                }
            }
        };
        assertThatThrownBy(() -> new Compaction(spark, request(output, Duration.ZERO)).run(thief))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("was removed, so another run may be writing");
        assertThat(runs(output)).isEqualTo(before);
    }

    @Test
    void rowsThatWereMadeInAnotherWayAreRefused() throws IOException {
        Folders.copy(twoNights, output);
        List<String> before = runs(output);
        String run = "20991231T000000Z-000000000000";
        Path other = folder.resolve("other-" + System.nanoTime());
        nights.run(other.toString(), "cls");
        Folders.copy(other.resolve("run=" + runs(other).get(0)), output.resolve("run=" + run));
        Files.writeString(output.resolve("_vitrine").resolve(run + ".json"), "{}");
        assertThatThrownBy(() -> compact(output, Duration.ZERO))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("has files with different columns");
        assertThat(runs(output)).hasSize(before.size() + 1);
    }

    @Test
    void filesOfAnUnknownCheckpointAreRefused() throws IOException {
        Folders.copy(twoNights, output);
        Path identity = output.resolve("_vitrine/output.json");
        Files.writeString(
                identity,
                Files.readString(identity).replaceFirst("\"fingerprint\" : \"....", "\"fingerprint\" : \"0000"));
        Files.deleteIfExists(output.resolve("_vitrine/.output.json.crc"));
        assertThatThrownBy(() -> compact(output, Duration.ZERO))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("mixes runs that were made in different ways")
                .hasMessageContaining("has fingerprint ");
    }

    @Test
    void tablesOfOtherFormatsAreReferredToTheirOwnTools() {
        String delta = folder.resolve("delta").toString();
        nights.run(delta, OutputFormat.delta, Nights.VECTORS);
        assertThatThrownBy(() -> compact(Path.of(delta), null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is a Delta table")
                .hasMessageContaining("OPTIMIZE");
        String iceberg = folder.resolve("iceberg").toString();
        nights.run(iceberg, OutputFormat.iceberg, Nights.VECTORS);
        assertThatThrownBy(() -> compact(Path.of(iceberg), null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("rewrite_data_files");
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        Folders.copy(twoNights, output);
        List<Path> files = Folders.filesBelow(output);
        assertThat(new Compaction(spark, request(output, null)).describe())
                .contains(
                        "become one run with 4 rows in about 1 files",
                        "2 rows of deleted images and 2 outdated rows vanish");
        assertThat(Folders.filesBelow(output)).isEqualTo(files);
    }
}
