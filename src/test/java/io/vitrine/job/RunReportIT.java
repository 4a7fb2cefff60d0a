package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.ReportPictures;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.RunDetails;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Summary;
import io.vitrine.testkit.Chromium;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.Folders;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.RecordFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says about itself, in its record and on its page: the demo pictures and a few files that fail. */
final class RunReportIT {
    private static final int PICTURES = 60;
    private static final String HOSTILE = "<script>document.title='x'<\u0027%22&amp;\u202egpj.jpg";

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Path output;
    private static RunRecord record;
    private static JsonNode json;
    private static Path page;
    private static String html;

    @BeforeAll
    static void run() throws IOException {
        spark = LocalSpark.session();
        Path input = folder.resolve("in");
        Folders.copy(Path.of("demo/pictures"), input);
        byte[] picture = Files.readAllBytes(input.resolve("star/star-1.jpg"));
        Files.write(input.resolve("cut.jpg"), Arrays.copyOf(picture, picture.length / 2));
        Files.writeString(input.resolve(HOSTILE.replace("/", "")), "not an image");
        Files.createFile(input.resolve("empty.jpg"));
        output = folder.resolve("out");
        record = Extract.run(spark, request(input).build());
        json = RecordFiles.latest(output);
        page = output.resolve("_vitrine/" + record.run() + ".html");
        html = Files.readString(page);
    }

    private static ExtractRequest.Builder request(Path input) {
        return ExtractRequests.builder(folder)
                .input(input.toString())
                .output(output.toString())
                .columns("pooler_output")
                .rerun(RerunPolicy.builder().imagesPerCommit(40).build())
                .report(ReportPictures.THUMBNAILS);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void theRecordHasFormatsAndSizesOfAllImages() {
        RunDetails.Images images = record.details().images();
        assertThat(images.formats().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(PICTURES + 1);
        assertThat(images.megapixels().stream().mapToLong(bar -> bar.images()).sum())
                .isEqualTo(PICTURES + 1);
        assertThat(images.fileBytes().stream().mapToLong(bar -> bar.images()).sum())
                .isEqualTo(PICTURES + 3);
        assertThat(images.bytesRead()).isEqualTo(bytes(folder.resolve("in")));
        assertThat(images.slowest()).hasSize(10).allSatisfy(slow -> assertThat(slow.seconds())
                .isPositive());
    }

    private static long bytes(Path input) {
        return Folders.filesBelow(input).stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    @Test
    void theRecordHasWhatTheRunUsed() {
        RunDetails.Resources used = record.details().resources();
        assertThat(used.cores()).isEqualTo(2);
        assertThat(used.executors()).isOne();
        assertThat(used.cpuSeconds()).isBetween(0.01, 600.0);
        assertThat(used.batches()).isBetween(15L, 60L);
        assertThat(used.batchFill()).isBetween(0.1, 1.0);
        List<Path> files = Folders.filesBelow(output).stream()
                .filter(file -> file.toString().endsWith(".parquet"))
                .filter(file -> !file.toString().contains("_vitrine"))
                .toList();
        assertThat(used.filesWritten()).isEqualTo(files.size());
        assertThat(used.bytesWritten())
                .isEqualTo(
                        files.stream().mapToLong(file -> file.toFile().length()).sum());
        assertThat(record.taskSeconds())
                .containsOnlyKeys(
                        "fetch_wait", "decode_preprocess", "decode", "resize", "gpu_decode_wait", "inference", "write")
                .allSatisfy((activity, seconds) -> {
                    boolean onGpu = activity.equals("gpu_decode_wait"); // there is none
                    assertThat(seconds > 0).as(activity).isEqualTo(!onGpu);
                });
    }

    @Test
    void theRateEndsWithAllImages() {
        List<RunDetails.ProgressPoint> points = record.details().progress();
        assertThat(points.get(points.size() - 1).images()).isEqualTo(PICTURES + 3);
        assertThat(points.get(points.size() - 1).failed()).isEqualTo(3);
    }

    @Test
    void theCommitsOwnRecordsHaveTheirShare() {
        assertThat(json.path("bytes_read").asLong())
                .isBetween(1L, record.details().images().bytesRead());
        assertThat(json.path("settings").path("spark.master").asText()).isEqualTo("local[2]");
    }

    @Test
    void thePageEscapesHostilePaths() {
        assertThat(html)
                .contains("&lt;script&gt;document.title")
                .contains("\\u202egpj.jpg")
                .doesNotContain("<script");
    }

    @Test
    void thePageShowsPicturesOfImagesThatHaveSome() {
        assertThat(html.split("<img src=\"data:image/jpeg;base64,", -1)).hasSize(1 + 3);
        assertThat(html).contains("the file ends after").contains("the file has no bytes");
        assertThat(html.length()).isLessThan(300_000);
    }

    @Test
    void aBrowserShowsThePageWithoutErrorsOrRequests() throws IOException {
        Optional<Chromium> chromium = Chromium.find(folder);
        assumeTrue(chromium.isPresent(), "chromium is not installed: the page is not opened in a browser");
        Chromium.Page shown = chromium.get().open(page);
        assertThat(shown.requests()).isEmpty();
        assertThat(shown.log()).doesNotContain("CONSOLE").doesNotContain("Content Security Policy");
        assertThat(shown.dom())
                .contains("<title>Vitrine run " + record.run() + "</title>")
                .contains("63", "pooler_output", "truncated");
        for (String chart : List.of("rate", "megapixels", "file-bytes")) {
            assertThat(shown.dom()).containsPattern("<svg[^>]*id=\"" + chart + "\"");
        }
        Path drawn = folder.resolve("page.png");
        chromium.get().draw(page, 1280, 3000, drawn);
        assertThat(drawn).isNotEmptyFile();
    }

    @Test
    void theSummaryHasAtMostFifteenLines() {
        assertThat(Summary.of(record).lines().toList()).hasSizeLessThanOrEqualTo(15);
    }
}
