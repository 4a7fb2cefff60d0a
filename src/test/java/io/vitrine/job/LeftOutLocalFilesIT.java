package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.catalog.DistributedImageLister;
import io.vitrine.catalog.ListingRules;
import io.vitrine.image.Pictures;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.InputRequest;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Summary;
import io.vitrine.testkit.LocalSpark;
import io.vitrine.testkit.RecordFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What local folders hold that is no image: counted, never opened, and never taken for deleted. */
@Timeout(120)
final class LeftOutLocalFilesIT {
    private static final List<String> NAMES = List.of("a:b.jpg", "plain.jpg", "folder:1/plain.jpg");

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
    void whatIsNotAFileIsCountedAndNeverOpened() throws IOException {
        LocalPhotos.command("mkfifo", photos.resolve("pipe.jpg").toString());
        Files.createSymbolicLink(photos.resolve("zero.jpg"), Path.of("/dev/zero"));
        Files.createSymbolicLink(photos.resolve("broken.jpg"), photos.resolve("nowhere.jpg"));
        Files.createSymbolicLink(photos.resolve("self.jpg"), photos.resolve("self.jpg"));
        Files.createSymbolicLink(photos.resolve("above"), folder);
        Files.createSymbolicLink(photos.resolve("here"), Path.of("."));
        Files.createSymbolicLink(photos.resolve("linked.jpg"), photos.resolve("a:b.jpg"));
        Files.createSymbolicLink(photos.resolve("linked-folder"), photos.resolve("folder:1"));
        LocalPhotos.command("bash", "-c", "printf x > '" + photos.path() + "'/$'caf\\xe9.jpg'");
        photos.write("_MG_0001.jpg");
        photos.write("_SUCCESS");
        photos.write("._MG_0001.jpg");
        photos.write(".hidden/1.jpg");

        RunRecord record = photos.run();
        assertThat(record.ok()).isEqualTo(NAMES.size() + 3);
        assertThat(photos.statuses()).containsKeys("linked.jpg", "linked-folder/plain.jpg", "_MG_0001.jpg");
        assertThat(LocalPhotos.counts(record.omitted()))
                .containsOnly(
                        Map.entry("FIFOs, sockets or devices", 2L),
                        Map.entry("links that lead nowhere", 2L),
                        Map.entry("links that lead into themselves", 2L),
                        Map.entry("names that are not text in this machine's encoding", 1L),
                        Map.entry("markers of Spark, Hadoop or table formats", 1L),
                        Map.entry("files or folders of operating systems", 1L),
                        Map.entry("hidden folders", 1L));
        assertThat(Summary.of(record))
                .contains("left out: 2 links that lead nowhere, such as file:" + photos.path() + "/");
        assertThat(RecordFiles.latest(Path.of(photos.output())).get("omitted")).hasSize(7);
        assertThat(Extract.describe(
                        spark,
                        photos.request(InputRequest.under(photos.path().toString()))
                                .build(),
                        RunListener.NONE))
                .contains("left out       2 FIFOs, sockets or devices, such as file:" + photos.path());
    }

    @Test
    void nothingIsMarkedAsDeletedBehindABrokenLink() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Files.write(disk.resolve("1.jpg"), Pictures.drawn("png", 40, 30, 1));
        Files.createSymbolicLink(photos.resolve("mounted"), disk);
        photos.run();
        Files.move(disk, folder.resolve("unmounted"));
        Files.delete(photos.resolve("a:b.jpg"));
        ExtractRequest request = photos.request(InputRequest.under(photos.path().toString()))
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
            photos.write("shelf-" + i + "/1.jpg");
            Files.createSymbolicLink(photos.resolve("shelf-" + i + "/loop"), photos.path());
        }
        DistributedImageLister.Listing listing = DistributedImageLister.list(
                spark, List.of(photos.path().toString(), photos.path() + "/shelf-1"), ListingRules.EVERYTHING, 2);
        assertThat(listing.images().count()).isEqualTo(NAMES.size() + 20);
        assertThat(listing.images().count()).isEqualTo(NAMES.size() + 20); // reads again
        assertThat(LocalPhotos.counts(listing.omissions().get().toList()))
                .containsOnly(Map.entry("links that lead into themselves", 20L));
    }
}
