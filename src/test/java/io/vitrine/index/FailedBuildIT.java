package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.SyntheticOutput;
import io.vitrine.testkit.SyntheticOutput.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that stop at each of their steps. */
final class FailedBuildIT {
    /** The steps of a build in their order, and whether the new index counts when the step fails. */
    private static final Map<String, Boolean> STEPS = Map.of(
            "create .*/leases/.*", false,
            "create .*/shards/.*\\.vectors", false,
            "create .*/shards/.*\\.paths", false,
            "create .*/\\.manifest-.*", false,
            "rename .*/manifest-.*", false,
            "delete .*/manifest-.*", true,
            "delete .*/shards/.*", true,
            "delete .*/leases/.*", true);

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static SyntheticOutput features;
    private static int version;

    @BeforeAll
    static void start() {
        SparkConf conf = LocalSpark.conf(Map.of())
                .setMaster("local[1]")
                .set("spark.sql.shuffle.partitions", "1")
                .set("spark.hadoop.fs.file.impl", FailingFileSystem.class.getName())
                .set("spark.hadoop.fs.file.impl.disable.cache", "true");
        spark = SparkSession.builder().config(conf).getOrCreate();
        features = new SyntheticOutput(spark, folder.resolve("features").toString(), "f1", 2);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** Every image points in a direction of this version. */
    private static void newVectors() {
        version++;
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            images.add(Image.ok(String.format("file:/photos/%02d.jpg", i), version, i));
        }
        features.run(images);
    }

    private static IndexBuild.Result build(Path index) {
        return new IndexBuild(
                        spark,
                        new IndexRequest(
                                features.folder(),
                                SyntheticOutput.COLUMN,
                                Metric.L2,
                                index.toString(),
                                1_000,
                                1_000,
                                GraphSettings.DEFAULT))
                .run(line -> {});
    }

    private static int answer(Path index) {
        try (SearchIndex opened = SearchIndex.open(index.toString(), new Configuration(), folder)) {
            assertThat(opened.search(new float[] {0, 0}, 100, SearchMode.EXACT)).hasSize(20);
            return (int) opened.vector("file:/photos/07.jpg").orElseThrow()[0];
        }
    }

    @Test
    void theIndexIsWholeWhereverABuildStops() throws Exception {
        Path index = Files.createDirectories(folder.resolve("index"));
        newVectors();
        build(index);
        newVectors();
        build(index); // so that the next one has something to remove
        for (Map.Entry<String, Boolean> step : STEPS.entrySet()) {
            int before = version;
            newVectors();
            FailingFileSystem.failFrom(step.getKey());
            if (step.getKey().startsWith("delete .*/leases")) {
                build(index); // an end without cleaning up is an end
            } else {
                assertThatThrownBy(() -> build(index))
                        .as(step.getKey())
                        .isInstanceOf(VitrineException.class)
                        .hasStackTraceContaining("no " + step.getKey().substring(0, 6));
            }
            assertThat(FailingFileSystem.hasFailed()).as(step.getKey()).isTrue();
            FailingFileSystem.work();
            assertThat(answer(index)).as(step.getKey()).isEqualTo(step.getValue() ? version : before);
            Folders.files(index.resolve("leases")).forEach(FailedBuildIT::remove); // as if it had expired
            IndexBuild.Result result = build(index);
            assertThat(answer(index)).as(step.getKey()).isEqualTo(version);
            assertThat(result.built()).as(step.getKey()).isEqualTo(step.getValue() ? 0 : 1);
            assertThat(names(index)).as(step.getKey()).hasSize(2).allMatch(name -> name.startsWith("manifest-"));
            assertThat(names(index.resolve("shards"))).as(step.getKey()).hasSize(4); // of two builds
        }
    }

    private static void remove(Path file) {
        assertThat(file.toFile().delete()).isTrue();
    }

    private static List<String> names(Path folder) {
        return Folders.files(folder).stream()
                .filter(Files::isRegularFile)
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.endsWith(".crc"))
                .toList();
    }
}
