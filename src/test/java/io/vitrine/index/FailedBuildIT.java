package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

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
    /**
     * A step of a build.
     *
     * @param change the first change of the index that fails
     * @param counts whether the new index counts then
     */
    private record Step(String change, boolean counts) {}

    /** In their order. A build that can't give back its lease has ended all the same. */
    private static final List<Step> STEPS = List.of(
            new Step("create .*/leases/.*", false),
            new Step("create .*/shards/.*\\.vectors", false),
            new Step("create .*/shards/.*\\.paths", false),
            new Step("create .*/\\.manifest-.*", false),
            new Step("rename .*/manifest-.*", false),
            new Step("delete .*/manifest-.*", true),
            new Step("delete .*/shards/.*", true),
            new Step("delete .*/leases/.*", true));

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
        for (Step step : STEPS) {
            int before = version;
            newVectors();
            FailingFileSystem.failFrom(step.change());
            Throwable failure = catchThrowable(() -> build(index));
            assertThat(FailingFileSystem.hasFailed()).as("%s", step).isTrue();
            if (step.change().startsWith("delete .*/leases")) {
                assertThat(failure).as("%s", step).isNull();
            } else {
                assertThat(failure)
                        .as("%s", step)
                        .isInstanceOf(VitrineException.class)
                        .hasStackTraceContaining("no " + step.change().substring(0, 6));
            }
            FailingFileSystem.work();
            assertThat(answer(index)).as("%s", step).isEqualTo(step.counts() ? version : before);
            Folders.files(index.resolve("leases")).forEach(FailedBuildIT::remove); // as if it had expired
            IndexBuild.Result result = build(index);
            assertThat(answer(index)).as("%s", step).isEqualTo(version);
            assertThat(result.built()).as("%s", step).isEqualTo(step.counts() ? 0 : 1);
            assertThat(names(index)).as("%s", step).hasSize(2).allMatch(name -> name.startsWith("manifest-"));
            assertThat(names(index.resolve("shards"))).as("%s", step).hasSize(4); // of two builds
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
