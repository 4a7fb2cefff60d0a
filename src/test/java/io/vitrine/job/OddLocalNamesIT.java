package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.catalog.DistributedImageLister;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.Omission;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Summary;
import io.vitrine.testkit.ExtractRequests;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.RecordFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Local names that Hadoop's paths and listings do not know, and files that are not: one row or one counted omission each. */
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
    private Path photos;

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
        photos = Files.createDirectory(folder.resolve("photos"));
        for (String name : NAMES) {
            write(name);
        }
    }

    private void write(String name) throws IOException {
        Path file = photos.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, Pictures.drawn("png", 40, 30, name.hashCode()));
    }

    private static void command(String... command) throws IOException {
        try {
            assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private ExtractRequest.Builder request(InputRequest input) {
        return ExtractRequests.builder(cache)
                .input(input)
                .output(folder + "/features")
                .maxFailures(FailureLimit.parse("100%"));
    }

    private RunRecord run(InputRequest input) {
        return Extract.run(spark, request(input).build());
    }

    /** The status of each row by path below the folder of photographs; fails if a path has two rows. */
    private Map<String, String> statuses() {
        Map<String, String> statuses = new TreeMap<>();
        for (Row row : spark.read().parquet(folder + "/features").collectAsList()) {
            String name = row.<String>getAs("path").replace("file:" + photos + "/", "");
            assertThat(statuses.put(name, row.getAs("status"))).as(name).isNull();
        }
        return statuses;
    }

    private static Map<String, Long> counts(List<Omission> omissions) {
        return omissions.stream().collect(Collectors.toMap(Omission::reason, Omission::count));
    }

    @Test
    void everyNameThatIsTextIsRead() {
        RunRecord record = run(InputRequest.under(photos.toString()));
        assertThat(record.ok()).isEqualTo(NAMES.size());
        assertThat(statuses().keySet()).containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(record.omitted()).isEmpty();
        assertThat(run(InputRequest.under(photos.toString())).total()).isZero(); // all are done
    }

    @Test
    void anImageOfAnyNameMayBeNamedByItselfOrMatchedByAGlob() {
        assertThat(run(InputRequest.under(photos + "/Screenshot 10:11:12.jpg")).ok())
                .isOne();
        assertThat(run(InputRequest.under(photos + "/*:*")).ok()).isEqualTo(2); // a:b.jpg, folder:1/plain.jpg
        assertThat(run(InputRequest.under(photos + "/{hash,question}*", photos + "/f*/*.jpg"))
                        .ok())
                .isEqualTo(2);
    }

    @Test
    void whatIsNotAFileIsCountedAndNeverOpened() throws IOException {
        command("mkfifo", photos.resolve("pipe.jpg").toString());
        Files.createSymbolicLink(photos.resolve("zero.jpg"), Path.of("/dev/zero"));
        Files.createSymbolicLink(photos.resolve("broken.jpg"), photos.resolve("nowhere.jpg"));
        Files.createSymbolicLink(photos.resolve("self.jpg"), photos.resolve("self.jpg"));
        Files.createSymbolicLink(photos.resolve("above"), folder);
        Files.createSymbolicLink(photos.resolve("here"), Path.of("."));
        Files.createSymbolicLink(photos.resolve("linked.jpg"), photos.resolve("a:b.jpg"));
        Files.createSymbolicLink(photos.resolve("linked-folder"), photos.resolve("folder:1"));
        command("bash", "-c", "printf x > '" + photos + "'/$'caf\\xe9.jpg'");
        write("_MG_0001.jpg");
        write(".hidden/1.jpg");

        RunRecord record = run(InputRequest.under(photos.toString()));
        assertThat(record.ok()).isEqualTo(NAMES.size() + 2);
        assertThat(statuses()).containsKeys("linked.jpg", "linked-folder/plain.jpg");
        assertThat(counts(record.omitted()))
                .containsOnly(
                        Map.entry("FIFOs, sockets or devices", 2L),
                        Map.entry("links that lead nowhere", 2L),
                        Map.entry("links that lead into themselves", 2L),
                        Map.entry("names that are not text in this machine's encoding", 1L),
                        Map.entry("files whose names begin with _ or a dot", 1L));
        assertThat(Summary.of(record)).contains("left out: 2 links that lead nowhere, such as file:" + photos + "/");
        assertThat(RecordFiles.latest(folder.resolve("features")).get("omitted"))
                .hasSize(5);
        assertThat(Extract.describe(
                        spark, request(InputRequest.under(photos.toString())).build(), RunListener.NONE))
                .contains("left out       2 FIFOs, sockets or devices, such as file:" + photos);
    }

    @Test
    void aListMayNameAnyOfThem() throws IOException {
        command("mkfifo", photos.resolve("pipe.jpg").toString());
        Path list = Files.writeString(
                folder.resolve("list.txt"),
                String.join(
                        "\n",
                        "photos/Screenshot 10:11:12.jpg",
                        photos + "/Screenshot 10:11:12.jpg",
                        "file://" + photos + "/a:b.jpg",
                        "file:" + photos + "//./a:b.jpg",
                        photos + "/pipe.jpg",
                        photos + "/folder:1",
                        photos + "/no.jpg ",
                        "https://127.0.0.1:1/a.jpg",
                        "weird://host/a.jpg",
                        "s3://",
                        photos + "/" + "x".repeat(10_000_000),
                        "   ",
                        "file://elsewhere/a.jpg"));
        RunRecord record = run(InputRequest.list(list.toString()));
        assertThat(record.images())
                .containsOnly(
                        Map.entry("ok", 2L),
                        Map.entry("not_an_image", 2L),
                        Map.entry("missing", 4L),
                        Map.entry("unreadable", 2L));
        assertThat(counts(record.omitted())).containsOnly(Map.entry("list rows whose path another row has", 2L));
        Map<String, String> errors = new TreeMap<>();
        spark.read()
                .parquet(folder + "/features")
                .where("error IS NOT NULL")
                .collectAsList()
                .forEach(row -> errors.put(row.getAs("path"), row.getAs("error")));
        assertThat(errors)
                .containsEntry("file:" + photos + "/pipe.jpg", "a FIFO, socket or device")
                .containsEntry("file:" + photos + "/folder:1", "a folder")
                .containsEntry(
                        "file:" + photos + "/no.jpg ",
                        "nothing at file:" + photos + "/no.jpg  (the path ends or its last name begins with a blank)")
                .containsEntry(
                        "https://127.0.0.1:1/a.jpg", "web addresses are not read: copy the image to storage first");
        assertThat(errors.values()).allMatch(error -> error.length() < 1000);
    }

    @Test
    void aRerunKnowsAnImageByEveryFormOfItsPath() throws IOException {
        run(InputRequest.under(photos.toString()));
        Path list = Files.writeString(
                folder.resolve("list.txt"), photos + "/a:b.jpg\nphotos/hash#1.jpg\nfile://" + photos + "/雪.jpg\n");
        assertThat(run(InputRequest.list(list.toString())).total()).isZero();
    }

    @Test
    void nothingIsMarkedAsDeletedBehindABrokenLink() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Files.write(disk.resolve("1.jpg"), Pictures.drawn("png", 40, 30, 1));
        Files.createSymbolicLink(photos.resolve("mounted"), disk);
        run(InputRequest.under(photos.toString()));
        Files.move(disk, folder.resolve("unmounted"));
        Files.delete(photos.resolve("a:b.jpg"));
        ExtractRequest request = request(InputRequest.under(photos.toString()))
                .rerun(RerunPolicy.builder()
                        .missing(RerunPolicy.Missing.MARK_DELETED)
                        .build())
                .build();
        assertThat(Extract.run(spark, request).deleted()).isZero();
        Files.delete(photos.resolve("mounted"));
        assertThat(Extract.run(spark, request).deleted()).isEqualTo(2);
    }

    @Test
    void aListingOnTheClusterCountsOnceWhatItLeavesOut() throws IOException {
        for (int i = 0; i < 20; i++) {
            write("shelf-" + i + "/1.jpg");
            Files.createSymbolicLink(photos.resolve("shelf-" + i + "/loop"), photos);
        }
        DistributedImageLister.Listing listing =
                DistributedImageLister.list(spark, List.of(photos.toString(), photos + "/shelf-1"), "*", 2);
        assertThat(listing.images().count()).isEqualTo(NAMES.size() + 20);
        assertThat(listing.images().count()).isEqualTo(NAMES.size() + 20); // reads again
        assertThat(counts(listing.omissions().get().toList()))
                .containsOnly(Map.entry("links that lead into themselves", 20L));
    }
}
