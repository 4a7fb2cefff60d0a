package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that name members of archives. */
final class ListedMembersIT {
    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static Map<String, byte[]> members(String... names) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (String name : names) {
            members.put(name, Folders.read(Path.of("demo/pictures/star/star-1.jpg")));
        }
        return members;
    }

    private RunRecord run(String list) {
        return Extract.run(
                spark,
                ExtractRequests.builder(cache)
                        .input(new InputRequest.PathList(list, "path"))
                        .columns("pooler_output")
                        .output(folder.resolve("features").toString())
                        .maxFailures(FailureLimit.parse("100%"))
                        .build());
    }

    /** Status and label, by the path below the folder. */
    private Map<String, String> rows() {
        return spark.read().parquet(folder.resolve("features").toString()).collectAsList().stream()
                .collect(Collectors.toMap(
                        row -> row.<String>getAs("path").replaceFirst("^.*/data/", ""),
                        row -> row.getAs("status") + " " + row.getAs("label"),
                        (a, b) -> "two rows",
                        TreeMap::new));
    }

    @Test
    void membersAreReadAsTheListNamesThem() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        byte[] tar = Archives.tar(members("a.png", "x/.hidden/b.json", "c.png"));
        Files.write(data.resolve("shard.tar"), tar);
        Files.write(data.resolve("shard.tar.gz"), Archives.gzip(tar));
        Files.write(data.resolve("shard.zip"), Archives.zip(members("a#1.png")));
        Files.write(
                data.resolve("damaged.tar"),
                Arrays.copyOf(tar, 1_024 + members("p").get("p").length));
        Files.write(data.resolve("plain.png"), members("p").get("p"));
        Path list = Files.write(
                data.resolve("list.csv"),
                List.of(
                        "path,label",
                        "shard.tar#x/.hidden/b.json,1",
                        "shard.tar#a.png,2",
                        "shard.tar#gone.png,3",
                        "shard.tar.gz#c.png,4",
                        "shard.zip#a#1.png,5",
                        "damaged.tar#a.png,6",
                        "damaged.tar#c.png,7",
                        "gone.tar#a.png,8",
                        "plain.png,9"));

        assertThat(run(list.toString()).total()).isEqualTo(9);
        assertThat(rows())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "shard.tar#x/.hidden/b.json", "ok 1",
                        "shard.tar#a.png", "ok 2",
                        "shard.tar#gone.png", "missing 3",
                        "shard.tar.gz#c.png", "ok 4",
                        "shard.zip#a#1.png", "ok 5",
                        "damaged.tar#a.png", "ok 6",
                        "damaged.tar#c.png", "truncated 7",
                        "gone.tar#a.png", "missing 8",
                        "plain.png", "ok 9"));
        Row gone = spark.read()
                .parquet(folder.resolve("features").toString())
                .where("label = 3")
                .first();
        assertThat(gone.<String>getAs("error")).isEqualTo("its archive has no member of this name");

        Files.write(data.resolve("gone.tar"), Archives.tar(members("a.png")));
        assertThat(run(list.toString()).total()).as("those that were missing").isEqualTo(2);
        assertThat(run(list.toString()).total())
                .as("the one that is still missing")
                .isOne();
    }
}
