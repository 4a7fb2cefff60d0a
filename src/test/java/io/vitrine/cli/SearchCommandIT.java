package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.image.Pictures;
import io.vitrine.job.Extract;
import io.vitrine.testkit.DemoCheckpoint;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jobs/index} and {@code jobs/search} on six drawn pictures, through the demo checkpoint and a small CLIP. */
final class SearchCommandIT {
    private static final Path CLIP = Path.of("src/test/resources/oracle2/checkpoints/clip-full");

    @TempDir
    private static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 6; i++) {
            Files.write(pictures.resolve(i + ".png"), Pictures.drawn("png", 40 + i, 30, i));
        }
        SparkSession spark = LocalSpark.session();
        try {
            extract(spark, DemoCheckpoint.FOLDER, "pooler_output", "demo");
            extract(spark, CLIP, "image_embeds", "clip");
        } finally {
            spark.stop();
        }
        assertThat(new SearchCommandIT()
                        .run(
                                "index",
                                "--features",
                                at("demo"),
                                "--column",
                                "pooler_output",
                                "--output",
                                at("demo-index")))
                .isZero();
        assertThat(new SearchCommandIT()
                        .run(
                                "index",
                                "--features",
                                at("clip"),
                                "--column",
                                "image_embeds",
                                "--output",
                                at("clip-index")))
                .isZero();
    }

    private static void extract(SparkSession spark, Path model, String column, String output) {
        Extract.run(
                spark,
                ExtractRequests.builder(folder)
                        .model(ExtractRequests.model(model, folder).build())
                        .input(at("pictures"))
                        .output(at(output))
                        .columns(column)
                        .build());
    }

    @AfterAll
    static void stop() {
        SparkSession.getActiveSession().foreach(spark -> {
            spark.stop();
            return null;
        });
    }

    private static String at(String name) {
        return folder.resolve(name).toString();
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        if (arguments[0].equals("search")) {
            all.addAll(List.of("--model-cache", at("cache")));
        }
        return Cli.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    private JsonNode line(int number) throws IOException {
        return new ObjectMapper().readTree(out.toString().lines().toList().get(number));
    }

    @Test
    void aPictureOfTheIndexFindsItselfFirst() throws IOException {
        assertThat(run(
                        "search",
                        "--index",
                        at("demo-index"),
                        "--query",
                        at("pictures"),
                        "--top",
                        "3",
                        "--format",
                        "json"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(6);
        for (int i = 0; i < 6; i++) {
            JsonNode first = line(i).path("hits").path(0);
            assertThat(line(i).path("hits")).hasSize(3);
            assertThat(first.path("path").asText()).isEqualTo("file:" + at("pictures") + "/" + i + ".png");
            assertThat(first.path("score").asDouble()).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void aRowGivesTheAnswerOfItsPicture() throws IOException {
        String picture = at("pictures/4.png");
        assertThat(run("search", "--index", at("demo-index"), "--row", picture, "--query", picture, "--format", "json"))
                .isZero();
        assertThat(line(1).path("hits")).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(line(0).path("hits").path(i).path("path"))
                    .isEqualTo(line(1).path("hits").path(i).path("path"));
        }
        assertThat(run("search", "--index", at("demo-index"), "--row", "/none.png"))
                .isEqualTo(3);
        assertThat(err.toString()).contains("The index has no image file:/none.png.");
    }

    @Test
    void aPageShowsTheAnswersAndATableIsAnswered() throws IOException {
        String page = at("page.html");
        String[] search = {
            "search", "--index", at("demo-index"), "--row", at("pictures/4.png"), "--top", "3", "--html", page
        };
        assertThat(run(search)).isZero();
        assertThat(out.toString().lines()).hasSize(4); // the table
        assertThat(err.toString()).contains("page.html: 3 images, 0 of them can't be shown");
        assertThat(Files.readString(Path.of(page)).split("<img src=\"data:image/jpeg;base64,", -1))
                .hasSize(1 + 1 + 3);
        assertThat(run(search)).isEqualTo(7);
        assertThat(err.toString()).contains("page.html exists. Choose another name for --html");
        Path paths = folder.resolve("paths.txt");
        Files.writeString(paths, at("pictures/4.png") + "\n" + at("none.png") + "\n");
        String answers = at("answers");
        String[] table = {
            "search", "--index", at("demo-index"), "--queries", paths.toString(), "--output", answers, "--top", "3"
        };
        assertThat(run(table)).isEqualTo(8);
        assertThat(out.toString())
                .contains("1 queries, 6 vectors in 1 shards, exact")
                .contains("1 of 2 queries answered; 1 are not in the index, such as file:" + at("none.png"));
        assertThat(Path.of(answers, "_search.json")).exists();
        assertThat(run(table)).isEqualTo(7);
        assertThat(run("search", "--index", at("demo-index"), "--queries", paths.toString()))
                .isEqualTo(3);
        assertThat(err.toString()).contains("--queries and --output belong together");
        assertThat(run("search", "--index", at("demo-index"), "--serve", "0", "--row", "x"))
                .isEqualTo(3);
        assertThat(err.toString()).contains("Give either --query, --text and --row, or --queries, or --serve");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--serve 0 --top 101 | --top is 101, but a page of --serve shows 1 to 100 images",
                "--serve 0 --format json | --format has no effect on --serve. Leave it out here",
                "--serve 0 --overwrite | --overwrite has no effect on --serve",
                "--queries q --output o --format json | --format has no effect on --queries",
                "--queries q --output o --model m | --model has no effect on --queries",
                "--row r --overwrite | --overwrite has no effect on a search without --html",
                "--row r --exact --beam 0 | --beam is 0, but a search keeps 1 to 1000000 candidates",
                "--row r --top 0 | --top is 0, but a search finds 1 to 100000 images"
            })
    void whatHasNoEffectIsRefused(String options, String message) {
        List<String> search = new ArrayList<>(List.of("search", "--index", at("demo-index")));
        search.addAll(List.of(options.split(" ")));
        assertThat(run(search.toArray(String[]::new))).isEqualTo(3);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void aTextIsComparedWithImageEmbeds() {
        assertThat(run("search", "--index", at("clip-index"), "--text", "a cat", "--top", "2"))
                .isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo("a cat");
        assertThat(lines.get(1)).matches("  [ -]{1,2}\\d\\.\\d{6}  file:.*\\.png");
        assertThat(run("search", "--index", at("demo-index"), "--text", "a cat"))
                .isEqualTo(3);
        assertThat(err.toString()).contains("The index holds pooler_output, which can't be compared with texts");
    }

    @Test
    void anotherCheckpointIsRefused() {
        assertThat(run(
                        "search",
                        "--index",
                        at("clip-index"),
                        "--query",
                        at("pictures/1.png"),
                        "--model",
                        DemoCheckpoint.FOLDER.toString()))
                .isEqualTo(3);
        assertThat(err.toString())
                .contains("their vectors can't be compared", "Name the index's checkpoint with --model");
        assertThat(run("search", "--index", at("clip-index"))).isEqualTo(3);
        assertThat(err.toString()).contains("Say what to look for: --query photo.jpg");
    }

    @Test
    void aBrokenPictureHasAReasonAndTheOthersAnAnswer() throws IOException {
        Path mixed = Files.createDirectories(folder.resolve("mixed"));
        Files.writeString(mixed.resolve("a.png"), "no picture");
        Files.copy(folder.resolve("pictures/2.png"), mixed.resolve("b.png"));
        assertThat(run("search", "--index", at("demo-index"), "--query", mixed.toString(), "--format", "json"))
                .isEqualTo(8);
        assertThat(line(0).path("error").asText()).startsWith("not_an_image: ");
        assertThat(line(1).path("hits").path(0).path("path").asText()).endsWith("/2.png");
    }
}
