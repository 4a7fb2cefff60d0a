package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.archive.ArchiveFormat;
import io.vitrine.catalog.ListingRules;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.ExtractRequests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of the demo pictures on an S3 store: the features of their members, and what is left out. */
final class ArchivesIT {
    @TempDir
    private static Path folder;

    private static ArchiveRuns runs;
    private static Map<String, float[]> vectors; // of the files, by name

    private String input;
    private String output;

    @BeforeAll
    static void start() {
        runs = new ArchiveRuns(folder, "archives");
        String files = runs.newFolder();
        runs.pictures().forEach((name, bytes) -> runs.store().put(files + "/" + name, bytes));
        String features = runs.newFolder();
        runs.run(files, features);
        vectors = runs.vectorsByName(features);
        assertThat(vectors).hasSameSizeAs(runs.pictures());
    }

    @AfterAll
    static void stop() {
        runs.close();
    }

    @BeforeEach
    void newFolders() {
        input = runs.newFolder();
        output = runs.newFolder();
    }

    private static byte[] archive(String name, Map<String, byte[]> members) {
        return switch (ArchiveFormat.of(name).orElseThrow()) {
            case TAR -> Archives.tar(members);
            case TAR_GZIP -> Archives.gzip(Archives.tar(members));
            case ZIP -> name.contains("stored") ? Archives.storedZip(members) : Archives.zip(members);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"shard.tar", "shard.tar.gz", "shard.tgz", "shard.zip", "stored.ZIP"})
    void membersHaveTheVectorsOfTheFiles(String name) {
        runs.store().put(input + "/" + name, archive(name, runs.pictures()));

        assertThat(runs.run(input, output).ok()).isEqualTo(runs.pictures().size());
        assertThat(runs.statuses(input, output).keySet())
                .containsExactlyElementsOf(runs.pictures().keySet().stream()
                        .map(picture -> name + "#" + picture)
                        .toList());
        Map<String, float[]> found = runs.vectorsByName(output);
        vectors.forEach(
                (picture, vector) -> assertThat(found.get(picture)).as(picture).isEqualTo(vector));
    }

    /** WebDataset's shards hold other files too, and names that mean something to a file system. */
    @Test
    void namesDecideWhichMembersAreImages() {
        Map<String, byte[]> members =
                runs.some("./a.jpg", "../../up.png", "folder#1/x#y.jpg", "_MG_1.jpg", "no-extension");
        members.put("a.json", "{}".getBytes(StandardCharsets.UTF_8));
        members.put("a.cls", "7".getBytes(StandardCharsets.UTF_8));
        members.put("__MACOSX/._a.jpg", new byte[10]);
        runs.store().put(input + "/photos#1/shard.tar", Archives.tar(members));
        runs.store()
                .put(input + "/plain.png", runs.pictures().values().iterator().next());

        RunRecord record = runs.run(input, output);
        assertThat(runs.statuses(input, output).keySet())
                .containsExactlyInAnyOrder(
                        "photos#1/shard.tar#a.jpg",
                        "photos#1/shard.tar#../../up.png",
                        "photos#1/shard.tar#folder#1/x#y.jpg",
                        "photos#1/shard.tar#_MG_1.jpg",
                        "photos#1/shard.tar#no-extension",
                        "plain.png");
        assertThat(runs.statuses(input, output).values()).containsOnly("ok");
        assertThat(ArchiveRuns.omitted(record))
                .containsEntry("files next to the images of archives, by their names", 2L);
        assertThat(runs.run(input, output).total()).as("the second run").isZero();
    }

    @Test
    void fieldsOfASampleBecomeColumns() {
        Map<String, byte[]> members = runs.some("0001.png", "0002.v2.png");
        members.put("0001.txt", "a crème brûlée".getBytes(StandardCharsets.UTF_8));
        members.put("0002.cls", "7".getBytes(StandardCharsets.UTF_8));
        runs.store().put(input + "/shard.tar", Archives.tar(members));
        runs.store()
                .put(input + "/plain.png", runs.pictures().values().iterator().next());

        runs.run(input, output, new ListingRules("*.png", ListingRules.Archives.READ, List.of("txt", "cls")));
        assertThat(runs.spark()
                        .read()
                        .parquet(output)
                        .orderBy("path")
                        .select("txt", "cls")
                        .collectAsList())
                .containsExactly(
                        RowFactory.create(null, null),
                        RowFactory.create("a crème brûlée", null),
                        RowFactory.create(null, "7"));
    }

    @Test
    void archivesCanBeLeftOut() {
        runs.store().put(input + "/shard.tar", Archives.tar(runs.some("1.png")));
        runs.store()
                .put(input + "/plain.png", runs.pictures().values().iterator().next());

        RunRecord record = runs.run(input, output, new ListingRules("*", ListingRules.Archives.SKIP, List.of()));
        assertThat(runs.statuses(input, output)).containsOnlyKeys("plain.png");
        assertThat(ArchiveRuns.omitted(record)).containsEntry("archives (--archives skip)", 1L);
    }

    @Test
    void thePlanSaysThatArchivesAreRead() {
        runs.store().put(input + "/shard.tar", Archives.tar(runs.some("1.png", "2.png")));
        String plan = Extract.describe(
                runs.spark(),
                ExtractRequests.builder(folder).input(input).output(output).build(),
                RunListener.NONE);
        assertThat(plan).contains("images         2").contains("archives       1 archive, whose members are images");
    }
}
