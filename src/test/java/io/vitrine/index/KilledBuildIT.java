package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.testkit.Await;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.SyntheticOutput;
import io.vitrine.testkit.SyntheticOutput.Image;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build in a process of its own that is killed while it writes shards. */
final class KilledBuildIT {
    private static final int DIMENSION = 32;
    private static final Random RANDOM = new Random(2);

    @TempDir
    private Path folder;

    /** Builds the index; the process that is killed. */
    public static final class Build {
        private Build() {}

        public static void main(String[] arguments) throws IOException {
            try (SparkSession spark = session()) {
                new IndexBuild(spark, request(arguments[0], arguments[1])).run(line -> {});
            }
        }
    }

    private static SparkSession session() {
        SparkConf conf = LocalSpark.conf(Map.of()).setMaster("local[1]").set("spark.vitrine.lease", "3s");
        return SparkSession.builder().config(conf).getOrCreate();
    }

    private static IndexRequest request(String features, String index) {
        return new IndexRequest(
                features, SyntheticOutput.COLUMN, Metric.COSINE, index, 150, 0, new GraphSettings(16, 200));
    }

    private static List<Image> images() {
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            float[] vector = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                vector[j] = (float) RANDOM.nextGaussian();
            }
            images.add(Image.ok(String.format("file:/photos/%04d.jpg", i), vector));
        }
        return images;
    }

    private static Set<String> shards(Path index) {
        try (Stream<Path> files = Files.list(index.resolve("shards"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".paths") && !name.startsWith("."))
                    .collect(Collectors.toCollection(HashSet::new));
        } catch (IOException e) {
            return new HashSet<>();
        }
    }

    private SearchIndex open(Path index) {
        return SearchIndex.open(index.toString(), new Configuration(), folder);
    }

    @Test
    void theOldIndexAnswersUntilTheNextBuildReplacesIt() throws Exception {
        Path index = folder.resolve("index");
        List<Image> first = images();
        List<Image> second = images();
        try (SparkSession spark = session()) {
            SyntheticOutput features =
                    new SyntheticOutput(spark, folder.resolve("features").toString(), "f1", DIMENSION).run(first);
            new IndexBuild(spark, request(features.folder(), index.toString())).run(line -> {});
            features.run(second);
        }
        float[] query = first.get(17).vector();
        List<Hit> before;
        try (SearchIndex opened = open(index)) {
            before = opened.search(query, 5, SearchMode.EXACT);
        }
        Set<String> old = shards(index);
        killWhenAShardIsWritten(index, old);
        assertThat(shards(index)).containsAll(old).hasSizeGreaterThan(old.size());
        try (SearchIndex opened = open(index)) {
            assertThat(opened.search(query, 5, SearchMode.EXACT)).isEqualTo(before);
        }
        Thread.sleep(5_000); // the lease of the killed process
        try (SparkSession spark = session()) {
            IndexBuild.Result result = new IndexBuild(
                            spark, request(folder.resolve("features").toString(), index.toString()))
                    .run(line -> {});
            assertThat(result.manifest().vectors()).isEqualTo(3_000);
            assertThat(shards(index)).hasSize(old.size() + result.built()); // nothing of the killed build
        }
        try (SearchIndex opened = open(index)) {
            assertThat(opened.search(second.get(17).vector(), 1, SearchMode.EXACT))
                    .extracting(Hit::path)
                    .containsExactly("file:/photos/0017.jpg");
        }
    }

    private void killWhenAShardIsWritten(Path index, Set<String> old) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-") || option.startsWith("-XX:+"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), Build.class.getName()));
        command.addAll(List.of(folder.resolve("features").toString(), index.toString()));
        File log = folder.resolve("build.log").toFile();
        Process build = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        try {
            Await.until("a shard of the second build", Duration.ofMinutes(4), () -> {
                assertThat(build.isAlive()).as("the build ended: see %s", log).isTrue();
                return !old.containsAll(shards(index));
            });
        } finally {
            build.destroyForcibly().waitFor();
        }
    }
}
