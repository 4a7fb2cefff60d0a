package io.vitrine.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.dev.sandbox.SearchDemo;
import io.vitrine.job.Extract;
import io.vitrine.testkit.Chromium;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that the quick start ends with. */
final class SearchDemoIT {
    private static final Path PICTURES = Path.of("demo/pictures").toAbsolutePath();

    @TempDir
    private static Path folder;

    private static Path page;
    private static List<String> found;

    @BeforeAll
    static void search() throws IOException {
        page = folder.resolve("search.html");
        try (SparkSession spark = LocalSpark.session()) {
            String features = folder.resolve("features").toString();
            Extract.run(
                    spark,
                    ExtractRequests.builder(folder)
                            .input(PICTURES.toString())
                            .output(features)
                            .columns("pooler_output")
                            .build());
            found = new SearchDemo(spark, features, folder.resolve("index").toString())
                    .run(PICTURES.resolve("star/star-2.png"), page);
        }
    }

    @AfterAll
    static void keep() throws IOException {
        String place = System.getProperty("keep.page"); // to look at it
        if (place != null) {
            Files.copy(page, Path.of(place));
        }
    }

    @Test
    void theNearestPicturesHaveTheShapeOfTheQuery() {
        assertThat(found)
                .hasSize(SearchDemo.PICTURES_PER_SHAPE)
                .allMatch(path -> path.startsWith("file:" + PICTURES + "/star/"));
        assertThat(found.get(0)).endsWith("/star-2.png");
    }

    @Test
    void aBrowserShowsThem() throws IOException {
        Optional<Chromium> chromium = Chromium.find(folder);
        assumeTrue(chromium.isPresent(), "chromium is not installed: the page is not opened in a browser");
        Chromium.Page shown = chromium.get().open(page);
        assertThat(shown.requests()).isEmpty();
        assertThat(shown.log()).doesNotContain("CONSOLE").doesNotContain("Content Security Policy");
        assertThat(shown.dom().split("<img src=\"data:image/jpeg;base64,", -1)).hasSize(1 + 1 + found.size());
        assertThat(Pattern.compile("class=\"path\">[^<]*/star/star-\\d\\.\\w+<")
                        .matcher(shown.dom())
                        .results())
                .hasSize(found.size());
        assertThat(shown.dom()).contains("All of 6 images are shown", "<b title=\"score\">1.0000</b>");
        Path drawn = folder.resolve("page.png");
        chromium.get().draw(page, 1280, 900, drawn);
        assertThat(drawn).isNotEmptyFile();
    }
}
