package io.vitrine.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.WebServer;
import io.vitrine.web.WebHosts;
import io.vitrine.web.WebSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of web addresses. */
final class WebImagesIT {
    private static SparkSession spark;

    @TempDir
    private Path folder;

    private final WebServer server = WebServer.start();

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private ExtractRequest request(InputRequest input, String hosts, String output) {
        return ExtractRequests.builder(folder)
                .input(input)
                .output(folder + "/" + output)
                .web(new WebSettings(WebHosts.parse(hosts), 4, "Vitrine-Test"))
                .maxFailures(FailureLimit.parse("100%"))
                .build();
    }

    private Map<String, Row> rows(String output) {
        Map<String, Row> rows = new TreeMap<>();
        for (Row row :
                spark.read().format("vitrine").load(folder + "/" + output).collectAsList()) {
            assertThat(rows.put(row.getAs("path"), row)).isNull();
        }
        return rows;
    }

    @Test
    void webImagesHaveTheFeaturesOfTheirFilesAndEveryFailureIsARow() throws IOException {
        byte[] first = Pictures.drawn("png", 40, 30, 1);
        byte[] second = Pictures.drawn("jpg", 64, 48, 2);
        Path file = Files.write(folder.resolve("1.png"), first);
        server.put("/1.png", first, "ETag: \"v1\"", "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT")
                .put("/caf%C3%A9.jpg?w=2", second)
                .put("/page", "<!DOCTYPE html><title>gone".getBytes(UTF_8), "Content-Type: text/html")
                .answer("/closed", 403)
                .answer("/old", 301, "Location: /1.png");
        String at = server.address("");
        Path list = Files.writeString(
                folder.resolve("list.csv"),
                String.join(
                        "\n",
                        "path,label",
                        at + "/1.png,a",
                        at.replace("http", "HTTP") + "/x/../1.png#top,b",
                        at + "/café.jpg?w=2,c",
                        at + "/page,d",
                        at + "/closed,e",
                        at + "/old,f",
                        at + "/missing.jpg,g",
                        "http://10.1.2.3/x.jpg,h",
                        at.replace("http://", "https://user:secret@") + "/1.png,i",
                        at + "/1.png?X-Amz-Signature=secret,j",
                        "http://[broken/x.jpg,k",
                        "1.png,l"));
        ExtractRequest request = request(InputRequest.list(list.toString()), "public,127.0.0.1", "features");
        assertThat(Extract.describe(spark, request, RunListener.NONE))
                .contains("web            10 images at web addresses; hosts: public,127.0.0.1")
                .contains("left out       1 rows whose path another row has")
                .doesNotContain("secret");
        RunRecord record = Extract.run(spark, request);
        Map<String, Row> rows = rows("features");
        Map<String, String> statuses = new TreeMap<>();
        rows.forEach((path, row) -> statuses.put(path, row.getAs("label") + " " + row.getAs("status")));
        assertThat(statuses)
                .isEqualTo(Map.ofEntries(
                        Map.entry(at + "/1.png", "a ok"),
                        Map.entry(at + "/caf%C3%A9.jpg?w=2", "c ok"),
                        Map.entry(at + "/page", "d not_an_image"),
                        Map.entry(at + "/closed", "e unreadable"),
                        Map.entry(at + "/old", "f ok"),
                        Map.entry(at + "/missing.jpg", "g missing"),
                        Map.entry("http://10.1.2.3/x.jpg", "h unreadable"),
                        Map.entry(at.replace("http://", "https://***@") + "/1.png", "i unreadable"),
                        Map.entry(at + "/1.png?X-Amz-Signature=***", "j unreadable"),
                        Map.entry("http://[broken/x.jpg", "k missing"),
                        Map.entry("file:" + file, "l ok")));
        Row row = rows.get(at + "/1.png");
        assertThat(row.<Long>getAs("length")).isEqualTo(first.length);
        assertThat(row.<String>getAs("etag")).isEqualTo("v1");
        assertThat(row.<java.sql.Timestamp>getAs("modified").toInstant())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(row.getList(row.fieldIndex("pooler_output")))
                .isEqualTo(rows.get("file:" + file).getList(row.fieldIndex("pooler_output")))
                .isEqualTo(rows.get(at + "/old").getList(row.fieldIndex("pooler_output")));
        assertThat(rows.toString() + record).doesNotContain("secret");

        int before = server.requests().size();
        RunRecord again = Extract.run(spark, request);
        assertThat(again.images()).containsOnly(Map.entry("unreadable", 4L), Map.entry("missing", 2L));
        assertThat(server.requests().subList(before, server.requests().size()))
                .containsExactlyInAnyOrder("/closed", "/missing.jpg");
    }

    @Test
    void nothingIsFetchedIfNoHostIsAllowed() throws IOException {
        server.put("/1.png", Pictures.drawn("png", 40, 30, 1));
        Path list = Files.writeString(folder.resolve("list.txt"), server.address("/1.png"));
        RunRecord record = Extract.run(spark, request(InputRequest.list(list.toString()), "none", "none"));
        assertThat(record.images()).containsOnly(Map.entry("unreadable", 1L));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void relativePathsMayStartAtAWebAddress() throws IOException {
        server.put("/photos/a/1.png", Pictures.drawn("png", 40, 30, 1));
        Path list = Files.writeString(folder.resolve("list.txt"), "a/1.png\n./b/../a/1.png");
        InputRequest input =
                new InputRequest.PathList(list.toString(), "path").withBaseFolder(server.address("/photos/"));
        Extract.run(spark, request(input, "127.0.0.1", "based"));
        assertThat(rows("based").keySet()).containsExactly(server.address("/photos/a/1.png"));
    }
}
