package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.job.output.ArchivesFolder;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.Chromium;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.ObjectStore;
import io.vitrine.testkit.Variants;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code jobs/duplicates} on S3, after an extraction by the demo checkpoint: three demo pictures with variants of them, and copies. The
 * members of a tar share its etag and a length, so these say nothing of their bytes.
 */
final class DuplicatesCommandIT {
    private static final String BUCKET = "duplicates";

    @TempDir
    private static Path folder;

    private static ObjectStore store;
    private static SparkSession spark;
    private static String input;
    private static String features;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        store = ObjectStore.start(folder.resolve("store"), BUCKET);
        spark = LocalSpark.session(store);
        input = store.newFolder(BUCKET);
        features = store.newFolder(BUCKET);
        for (String name : List.of("star/star-1.jpg", "ring/ring-2.png", "heart/heart-4.jpg")) {
            byte[] picture = Files.readAllBytes(Path.of("demo/pictures").resolve(name));
            store.put(input + "/" + name.replaceAll(".*/", ""), picture);
            for (Variants variant : Variants.values()) {
                store.put(input + "/" + name.replaceAll(".*/|\\..*", "") + "-" + variant + ".jpg", variant.of(picture));
            }
        }
        byte[] star = Files.readAllBytes(Path.of("demo/pictures/star/star-1.jpg"));
        store.put(input + "/a-copy.jpg", star);
        store.put(input + "/z-copy.jpg", star);
        byte[] first = Pictures.drawn("bmp", 40, 30, 1);
        byte[] other = Pictures.drawn("bmp", 40, 30, 77);
        store.put(
                input + "/all.tar",
                Archives.tar(new TreeMap<>(Map.of("1.bmp", first, "2.bmp", first, "3.bmp", other))));
        assertThat(first).hasSameSizeAs(other);
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .model(ExtractRequests.model(DemoCheckpoint.FOLDER, folder)
                                .build())
                        .input(input)
                        .output(features)
                        .columns("pooler_output")
                        .build());
    }

    @AfterAll
    static void stop() {
        SparkSession.getActiveSession().foreach(session -> {
            session.stop();
            return null;
        });
        store.close();
    }

    private int run(String... arguments) {
        return Cli.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void copiesAndVariantsAreFoundAndOtherPicturesAreNot() throws IOException {
        Path page = folder.resolve("page.html");
        String output = store.newFolder(BUCKET) + "/found";
        assertThat(run(
                        "duplicates",
                        "--features",
                        features,
                        "--column",
                        "pooler_output",
                        "--threshold",
                        "0.95",
                        "--output",
                        output,
                        "--html",
                        page.toString()))
                .as(err::toString)
                .isZero();
        spark = LocalSpark.session(store); // the command has stopped the other
        List<Row> rows =
                spark.read().parquet(output + "/groups").orderBy("path").collectAsList();
        Map<String, List<String>> groups = new TreeMap<>();
        rows.forEach(row -> groups.computeIfAbsent(name(row.getString(1)), group -> new ArrayList<>())
                .add(name(row.getString(0))));
        assertThat(groups).containsOnlyKeys("a-copy.jpg", "ring-2.png", "heart-4.jpg", "all.tar#1.bmp");
        assertThat(groups.get("all.tar#1.bmp")).contains("all.tar#2.bmp");
        assertThat(groups.get("a-copy.jpg"))
                .hasSize(9)
                .contains("a-copy.jpg", "star-1.jpg", "star-1-HALF.jpg", "z-copy.jpg");
        assertThat(groups.get("ring-2.png")).hasSize(7).allMatch(name -> name.startsWith("ring-2"));
        assertThat(groups.get("heart-4.jpg")).hasSize(7).allMatch(name -> name.startsWith("heart-4"));
        for (Row row : rows) {
            String name = name(row.getString(0));
            boolean isCopy = List.of("star-1.jpg", "z-copy.jpg").contains(name);
            assertThat(row.getBoolean(2)).isEqualTo(groups.containsKey(name));
            assertThat(row.getString(4)).isEqualTo(row.getBoolean(2) ? null : isCopy ? "identical bytes" : "near");
            assertThat(row.getString(5)).isEqualTo(isCopy ? input + "/a-copy.jpg" : null);
        }
        assertThat(out.toString())
                .contains(
                        "24 vectors pooler_output of 96 dimensions to compare, 2 copies of other objects, 0 vectors of zeros")
                .contains("comparing each with each: 1 blocks")
                .contains(": 4 groups of ", " images; besides the representatives 2 identical bytes, ")
                .contains("largest: 9 images like " + input + "/a-copy.jpg, with similarities from 0.9");
        assertThat(out.toString()).contains("page.html: ", " images of 4 groups, 0 of them can't be shown");
        String html = Files.readString(page);
        assertThat(html).contains("9 images, similarities from 0.9", "identical bytes", "ring-2-HALF.jpg");
        assertThat(html.split("src=\"data:image/jpeg;base64,", -1)).hasSize(rows.size() + 1);
        requireShown(page, rows.size());
        assertThat(store.names(ArchivesFolder.in(features)))
                .isNotEmpty(); // where the page looks for what the tar holds
        assertThat(store.names(output)).contains("duplicates.json");
        assertThat(run("duplicates", "--features", features, "--column", "pooler_output", "--output", output))
                .isEqualTo(7);
        assertThat(err.toString()).contains("exists. Choose another --output, or replace it with --overwrite.");
    }

    /** Where there is a browser, it shows all images, members of the tar included. */
    private static void requireShown(Path page, int images) {
        Optional<Chromium> chromium = Chromium.find(folder);
        if (chromium.isEmpty()) {
            System.out.println("chromium is not installed: the page of duplicates is not opened in a browser");
            return;
        }
        Chromium.Page shown = chromium.get().open(page);
        assertThat(shown.requests()).isEmpty();
        assertThat(shown.log()).doesNotContain("CONSOLE").doesNotContain("Content Security Policy");
        assertThat(shown.dom().split("<img src=\"data:image/jpeg;base64,", -1)).hasSize(images + 1);
        Path drawn = Path.of("target/duplicates.png"); // to look at
        chromium.get().draw(page, 1280, 1400, drawn.toAbsolutePath());
        assertThat(drawn).isNotEmptyFile();
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
