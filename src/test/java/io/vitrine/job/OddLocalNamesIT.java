package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.job.request.InputRequest;
import io.vitrine.report.RunRecord;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Local names that Hadoop's paths and listings do not know: one row each. */
@Timeout(120)
final class OddLocalNamesIT {
    private static final List<String> NAMES = List.of(
            "Screenshot 10:11:12.jpg",
            "a:b.jpg",
            "percent%20.jpg",
            "percent%2F.jpg",
            "hash#1.jpg",
            "question?.jpg",
            "star*[1]{2}.jpg",
            "back\\slash.jpg",
            " blanks .jpg ",
            "café-nfc.jpg",
            "cafe\u0301-nfd.jpg",
            "雪.jpg",
            "control\u0001.jpg",
            "line\nbreak.jpg",
            "tab\t\"quote'.jpg",
            "folder:1/plain.jpg");

    @TempDir
    private Path folder;

    @TempDir
    private static Path cache;

    private static SparkSession spark;
    private LocalPhotos photos;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @BeforeEach
    void writeImages() throws IOException {
        photos = new LocalPhotos(spark, folder, cache);
        for (String name : NAMES) {
            photos.write(name);
        }
    }

    @Test
    void everyNameThatIsTextIsRead() {
        RunRecord record = photos.run();
        assertThat(record.ok()).isEqualTo(NAMES.size());
        assertThat(photos.statuses().keySet()).containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(record.omitted()).isEmpty();
        assertThat(photos.run().total()).isZero(); // all are done
    }

    @Test
    void anImageOfAnyNameMayBeNamedByItselfOrMatchedByAGlob() {
        assertThat(photos.run(InputRequest.under(photos.path() + "/Screenshot 10:11:12.jpg"))
                        .ok())
                .isOne();
        assertThat(photos.run(InputRequest.under(photos.path() + "/*:*")).ok())
                .isEqualTo(2); // a:b.jpg, folder:1/plain.jpg
        assertThat(photos.run(InputRequest.under(photos.path() + "/{hash,question}*", photos.path() + "/f*/*.jpg"))
                        .ok())
                .isEqualTo(2);
    }

    @Test
    void aListMayNameAnyOfThem() throws IOException {
        LocalPhotos.command("mkfifo", photos.resolve("pipe.jpg").toString());
        Path list = Files.writeString(
                folder.resolve("list.txt"),
                String.join(
                        "\n",
                        "photos/Screenshot 10:11:12.jpg",
                        photos.path() + "/Screenshot 10:11:12.jpg",
                        "file://" + photos.path() + "/a:b.jpg",
                        "file:" + photos.path() + "//./a:b.jpg",
                        photos.path() + "/pipe.jpg",
                        photos.path() + "/folder:1",
                        photos.path() + "/no.jpg ",
                        "https://127.0.0.1:1/a.jpg",
                        "weird://host/a.jpg",
                        "s3://",
                        photos.path() + "/" + "x".repeat(10_000_000),
                        "   ",
                        "file://elsewhere/a.jpg"));
        RunRecord record = photos.run(InputRequest.list(list.toString()));
        assertThat(record.images())
                .containsOnly(
                        Map.entry("ok", 2L),
                        Map.entry("not_an_image", 2L),
                        Map.entry("missing", 4L),
                        Map.entry("unreadable", 2L));
        assertThat(LocalPhotos.counts(record.omitted())).containsOnly(Map.entry("rows whose path another row has", 2L));
        Map<String, String> errors = new TreeMap<>();
        spark.read()
                .parquet(photos.output())
                .where("error IS NOT NULL")
                .collectAsList()
                .forEach(row -> errors.put(row.getAs("path"), row.getAs("error")));
        assertThat(errors)
                .containsEntry("file:" + photos.path() + "/pipe.jpg", "a FIFO, socket or device")
                .containsEntry("file:" + photos.path() + "/folder:1", "a folder")
                .containsEntry(
                        "file:" + photos.path() + "/no.jpg ",
                        "nothing at file:" + photos.path()
                                + "/no.jpg  (the path ends or its last name begins with a blank)")
                .containsEntry(
                        "https://127.0.0.1:1/a.jpg",
                        "not asked: 127.0.0.1 has a private address, and --web-hosts does not allow it");
        assertThat(errors.values()).allMatch(error -> error.length() < 1000);
    }

    @Test
    void aRerunKnowsAnImageByEveryFormOfItsPath() throws IOException {
        photos.run();
        Path list = Files.writeString(
                folder.resolve("list.txt"),
                photos.path() + "/a:b.jpg\nphotos/hash#1.jpg\nfile://" + photos.path() + "/雪.jpg\n");
        assertThat(photos.run(InputRequest.list(list.toString())).total()).isZero();
    }
}
