package io.vitrine.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.OutputConflictException;
import io.vitrine.VitrineException;
import io.vitrine.job.Extract;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.vectors.CurrentVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compactions of outputs that are damaged, or were made or left in unusual ways. */
final class CompactionEdgesIT {
    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Nights nights;
    private static Path twoNights;

    private final Path output = folder.resolve("out-" + System.nanoTime());

    @BeforeAll
    static void start() throws IOException {
        spark = LocalSpark.session();
        nights = new Nights(spark, folder);
        twoNights = folder.resolve("two-nights");
        nights.two(twoNights.toString());
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private Compaction.Result compact(Duration keep) {
        return new Compaction(
                        spark,
                        new CompactRequest(
                                output.toString(),
                                CompactRequest.DEFAULT_TARGET_FILE_BYTES,
                                Optional.of(keep),
                                Optional.empty()))
                .run(plan -> {});
    }

    private static List<Path> runFolders(Path output) {
        return Arrays.stream(output.toFile().listFiles())
                .filter(file -> file.getName().startsWith("run="))
                .map(java.io.File::toPath)
                .sorted()
                .toList();
    }

    /** A session that skips files which it cannot read would lose their rows. */
    @Test
    void aFileThatCannotBeReadIsRefusedAlsoWhereTheSessionSkipsSuchFiles() throws IOException {
        Folders.copy(twoNights, output);
        List<Path> before = runFolders(output);
        Path damaged = Folders.filesBelow(before.get(0)).stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Folders.read(damaged);
        Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
        Files.deleteIfExists(damaged.resolveSibling("." + damaged.getFileName() + ".crc"));
        spark.conf().set("spark.sql.files.ignoreCorruptFiles", "true");
        spark.conf().set("spark.sql.files.ignoreMissingFiles", "true");
        try {
            assertThatThrownBy(() -> compact(Duration.ZERO)).isInstanceOf(VitrineException.class);
        } finally {
            spark.conf().unset("spark.sql.files.ignoreCorruptFiles");
            spark.conf().unset("spark.sql.files.ignoreMissingFiles");
        }
        assertThat(runFolders(output)).isEqualTo(before);
    }

    @Test
    void rowsThatTheFootersCountAndTheScanMissesAreRefused() {
        Folders.copy(twoNights, output);
        Source source = Source.open(spark, output.toString());
        Map<String, FileRows> files = source.scan(source.output().finishedRuns());
        long rows = files.values().stream().mapToLong(FileRows::rows).sum();
        assertThat(source.facts(files.keySet(), rows).rows()).isEqualTo(rows);
        assertThatThrownBy(() -> source.facts(files.keySet(), rows - 1))
                .isInstanceOf(OutputConflictException.class)
                .hasMessageContaining("hold " + rows + " rows, but " + (rows - 1) + " were read");
    }

    /** Two nights name the same checkpoint differently. */
    @Test
    void theRecordNamesTheCheckpointAsTheNewestRunDid() {
        nights.run(output.toString());
        Path copy = folder.resolve("checkpoint-copy");
        Folders.copy(DemoCheckpoint.FOLDER, copy);
        nights.draw("second", 91);
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .model(ExtractRequests.model(copy, folder).build())
                        .input(nights.pictures().toString())
                        .output(output.toString())
                        .columns(Nights.VECTORS, Nights.STATES)
                        .build());
        nights.remove("second");
        String newest = CurrentVectors.open(spark, output.toString(), Nights.VECTORS)
                .source()
                .model();
        assertThat(newest).contains("checkpoint-copy");
        compact(Duration.ZERO);
        assertThat(CurrentVectors.open(spark, output.toString(), Nights.VECTORS)
                        .source()
                        .model())
                .isEqualTo(newest);
    }

    /** A process died between the rename and the end of a removal: no reader sees the rows, and they are still there. */
    @Test
    void aRemovalThatWasCutIsEnded() throws IOException {
        Folders.copy(twoNights, output);
        compact(Duration.ofHours(1));
        Path first = runFolders(output).get(0);
        Path staging = Files.createDirectories(output.resolve("_staging"));
        Files.move(first, staging.resolve("removed-" + first.getFileName()));
        Path others = Files.createDirectories(staging.resolve("removed-others"));
        Compaction.Result result = compact(Duration.ofHours(1));
        assertThat(staging.resolve("removed-" + first.getFileName())).doesNotExist();
        assertThat(others).exists();
        assertThat(result.warnings()).isEmpty();
    }

    /** The file system refuses to delete: what it leaves is a warning, and the next compaction removes it. */
    @Test
    void whatCannotBeRemovedIsSaidAndRemovedLater() throws IOException {
        Folders.copy(twoNights, output);
        List<Path> before = runFolders(output);
        spark.sparkContext().hadoopConfiguration().set("fs.file.impl", Undeletable.class.getName());
        spark.sparkContext().hadoopConfiguration().set("fs.file.impl.disable.cache", "true");
        Compaction.Result result;
        try {
            result = compact(Duration.ZERO);
        } finally {
            spark.sparkContext().hadoopConfiguration().unset("fs.file.impl");
            spark.sparkContext().hadoopConfiguration().unset("fs.file.impl.disable.cache");
        }
        Path left =
                output.resolve("_staging").resolve("removed-" + before.get(0).getFileName());
        assertThat(result.warnings())
                .anySatisfy(text -> assertThat(text).contains("refused to delete", "a later run tries again"));
        assertThat(result.removed()).isEmpty();
        assertThat(left).isNotEmptyDirectory();
        compact(Duration.ZERO);
        assertThat(output.resolve("_staging")).doesNotExist();
        assertThat(runFolders(output)).hasSize(1);
    }

    /** A file system that does not delete folders of runs that were removed, and says so by its answer alone. */
    public static final class Undeletable extends LocalFileSystem {
        @Override
        public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
            return !path.getName().startsWith("removed-") && super.delete(path, recursive);
        }
    }
}
