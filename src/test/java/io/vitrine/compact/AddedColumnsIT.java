package io.vitrine.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.Size;
import io.vitrine.compact.CompactRequest.AddedFrom;
import io.vitrine.compact.CompactRequest.Unmatched;
import io.vitrine.job.Extract;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.vectors.CurrentVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of a second output are added to an output of two nights. */
final class AddedColumnsIT {
    private static final String[] ALL = {Nights.VECTORS, Nights.STATES, "cls", "mean"};

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Nights nights;
    private static Path twoNights;
    private static Path others;

    private final Path output = folder.resolve("out-" + System.nanoTime());

    @BeforeAll
    static void start() throws IOException {
        spark = LocalSpark.session();
        nights = new Nights(spark, folder);
        twoNights = folder.resolve("two-nights");
        nights.two(twoNights.toString());
        others = folder.resolve("others");
        nights.run(others.toString(), "cls", "mean");
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private Compaction.Result add(Path from, Unmatched unmatched) {
        return add(from, unmatched, Duration.ZERO);
    }

    private Compaction.Result add(Path from, Unmatched unmatched, Duration keep) {
        return new Compaction(
                        spark,
                        new CompactRequest(
                                output.toString(),
                                CompactRequest.DEFAULT_TARGET_FILE_BYTES,
                                Optional.of(keep),
                                Optional.of(new AddedFrom(from.toString(), unmatched))))
                .run(plan -> {});
    }

    private static Map<String, List<String>> rows(Path output, String... columns) {
        return Nights.currentRows(spark.read().parquet(output.toString()).selectExpr(columns));
    }

    @Test
    void theOtherColumnsKeepTheirBytesAndTheNewOnesAreThoseOfTheOtherOutput() throws IOException {
        Folders.copy(twoNights, output);
        String[] old = spark.read().parquet(output.toString()).columns();
        String[] added = {"path", "status", "run", "cls", "mean"};
        Map<String, List<String>> before = rows(output, old);
        Compaction.Result result = add(others, Unmatched.REFUSE);
        assertThat(result.leftOut()).isZero();
        assertThat(rows(output, old)).isEqualTo(before);
        assertThat(rows(output, added)).isEqualTo(rows(others, added));
        assertThat(CurrentVectors.open(spark, output.toString(), "cls").rows().count())
                .isEqualTo(3);

        assertThat(nights.run(output.toString(), ALL).total()).isZero();
        assertThatThrownBy(() -> nights.run(output.toString()))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("column cls is none, in the output array<float>");
        for (Row row : spark.read()
                .parquet(output.resolve("_vitrine/origins").toString())
                .collectAsList()) {
            Map<String, String> from = row.isNullAt(2) ? Map.of() : row.getJavaMap(2);
            assertThat(from.keySet())
                    .isEqualTo(row.<String>getAs("path").contains("broken") ? Set.of() : Set.of("cls", "mean"));
        }
    }

    @Test
    void footersSayHowAnAddedColumnWasMade() throws IOException {
        Folders.copy(twoNights, output);
        add(others, Unmatched.REFUSE);
        Path file = Folders.filesBelow(output).stream()
                .filter(path ->
                        path.toString().endsWith(".parquet") && !path.toString().contains("_vitrine"))
                .findFirst()
                .orElseThrow();
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()),
                spark.sessionState().newHadoopConf()))) {
            assertThat(reader.getFooter()
                            .getFileMetaData()
                            .getKeyValueMetaData()
                            .get("vitrine.added.cls"))
                    .contains("\"vitrine.model\"", "\"vitrine.engine\"", "\"vitrine.version.");
        }
    }

    /** The column makes most of the bytes: as many files are written as these need. */
    @Test
    void addedColumnsCountForTheNumberOfFiles() throws IOException {
        Path small = folder.resolve("small-" + System.nanoTime());
        nights.run(small.toString(), Nights.VECTORS);
        Folders.copy(small, output);
        Path large = folder.resolve("large-" + System.nanoTime());
        nights.run(large.toString(), Nights.STATES);
        Source base = Source.open(spark, output.toString());
        AddedColumns added = new AddedColumns(Source.open(spark, large.toString()), base);
        List<String> runs = base.output().finishedRuns();
        long target = added.bytes() / 3;
        CompactionPlan plan = CompactionPlan.ofAll(runs, base.scan(runs), target);
        RewrittenRows rows = new RewrittenRows(base, plan, Optional.of(added));
        assertThat(rows.plan().expectedFiles() - plan.expectedFiles()).isBetween(3L, 4L);
        assertThat(rows.rows().rdd().getNumPartitions())
                .isEqualTo((int) rows.plan().expectedFiles());
    }

    /** The same, killed between the record and {@code output.json}; and then compacted again, with a later night. */
    @Test
    void theRecordOfTheCompactionCountsForTheIdentity() throws IOException {
        Folders.copy(twoNights, output);
        add(others, Unmatched.REFUSE);
        Path identity = output.resolve("_vitrine/output.json");
        Files.deleteIfExists(output.resolve("_vitrine/.output.json.crc"));
        Files.copy(twoNights.resolve("_vitrine/output.json"), identity, StandardCopyOption.REPLACE_EXISTING);
        assertThat(nights.run(output.toString(), ALL).total()).isZero();
        nights.draw("later", 81);
        nights.run(output.toString(), ALL);
        nights.remove("later");
        String[] columns = spark.read().parquet(output.toString()).columns();
        Map<String, List<String>> before = rows(output, columns);
        assertThat(before).containsKey("later");
        new Compaction(
                        spark,
                        new CompactRequest(
                                output.toString(),
                                CompactRequest.DEFAULT_TARGET_FILE_BYTES,
                                Optional.of(Duration.ZERO),
                                Optional.empty()))
                .run(plan -> {});
        assertThat(rows(output, columns)).isEqualTo(before);
        assertThat(Files.readString(identity)).contains("column cls");
    }

    /** The process is gone between the rename of the rows and the record: only the marker knows the new identity. */
    private void addAndDieRightAfterTheCommitPoint() throws IOException {
        Folders.copy(twoNights, output);
        Path metadata = output.resolve("_vitrine");
        byte[] identity = Folders.read(metadata.resolve("output.json"));
        String run =
                add(others, Unmatched.REFUSE, CompactRequest.DEFAULT_KEEP).run().orElseThrow();
        Files.move(metadata.resolve(run + ".json"), metadata.resolve("started").resolve(run));
        Files.deleteIfExists(metadata.resolve("." + run + ".json.crc"));
        Files.deleteIfExists(metadata.resolve(".output.json.crc"));
        Files.write(metadata.resolve("output.json"), identity);
    }

    @Test
    void aRunWithTheOldColumnsIsRefusedAfterACompactionThatDiedRightAfterItsCommitPoint() throws IOException {
        addAndDieRightAfterTheCommitPoint();
        nights.draw("late", 82);
        assertThatThrownBy(() -> nights.run(output.toString()))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("column cls is none, in the output array<float>");
        nights.remove("late");
        assertThat(nights.run(output.toString(), ALL).images()).doesNotContainKey("ok");
        assertThat(CurrentVectors.open(spark, output.toString(), "cls").rows().count())
                .isEqualTo(3);
    }

    @Test
    void columnsAreNotAddedTwiceAfterACompactionThatDiedRightAfterItsCommitPoint() throws IOException {
        addAndDieRightAfterTheCommitPoint();
        assertThatThrownBy(() -> add(others, Unmatched.REFUSE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no column that ");
        assertThat(nights.run(output.toString(), ALL).images()).doesNotContainKey("ok");
    }

    @Test
    void imagesThatChangedInBetweenAreRefusedOrDoneAgainWhole() throws IOException {
        Folders.copy(twoNights, output);
        Path changed = folder.resolve("changed-" + System.nanoTime());
        Path picture = nights.pictures().resolve("same.png");
        byte[] bytes = Folders.read(picture);
        FileTime time = Files.getLastModifiedTime(picture);
        nights.draw("same", 83);
        nights.run(changed.toString(), "cls", "mean");
        Map<String, List<String>> before = rows(output, "*");
        assertThatThrownBy(() -> add(changed, Unmatched.REFUSE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("1 ok rows of ")
                .hasMessageContaining("same.png")
                .hasMessageContaining("--leave-out-unmatched");
        assertThat(rows(output, "*")).isEqualTo(before);

        assertThat(add(changed, Unmatched.LEAVE_OUT).leftOut()).isEqualTo(1);
        RunRecord next = nights.run(output.toString(), ALL);
        assertThat(next.images()).isEqualTo(Map.of("ok", 1L));
        String[] added = {"path", "status", "run", "etag", "length", "cls", "mean"};
        assertThat(rows(output, added)).isEqualTo(rows(changed, added));
        Files.write(picture, bytes); // for the other tests
        Files.setLastModifiedTime(picture, time);
    }

    @Test
    void columnsThatWereMadeInAnotherWayAreRefused() throws IOException {
        Folders.copy(twoNights, output);
        Path other = folder.resolve("other-size-" + System.nanoTime());
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .model(ExtractRequests.model(DemoCheckpoint.FOLDER, folder)
                                .imageSize(new Size(96, 96))
                                .build())
                        .input(nights.pictures().toString())
                        .output(other.toString())
                        .columns("cls")
                        .build());
        assertThatThrownBy(() -> add(other, Unmatched.REFUSE))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("image size is 96x96, in the output ");
        assertThatThrownBy(() -> add(twoNights, Unmatched.REFUSE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no column that ");
    }
}
