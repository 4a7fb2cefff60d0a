package io.vitrine.catalog;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.RejectionReason;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that have changed since they were listed. */
final class ArchiveListingIT {
    private static SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static ImageSource source(ImageRef archive) {
        try (ArchiveListing listing =
                ArchiveListing.of(spark, List.of(archive), ListingRules.EVERYTHING, Optional.empty())) {
            assertThat(listing.images().count()).isOne();
            assertThat(listing.archives()).isOne();
            return ImageRefSchema.fromRow(listing.images().first()).source();
        }
    }

    @Test
    void aShorterOneIsARowOfItsOwn() throws IOException {
        Path file = Files.write(folder.resolve("a.zip"), Archives.zip(Map.of("1.png", new byte[100])));
        assertThat(source(new ImageRef(file.toUri().toString(), Files.size(file) + 1_000_000, 0, null)))
                .isEqualTo(new ImageSource.Unavailable(RejectionReason.CHANGED, "shorter than when it was listed"));
    }

    private ArchiveListing listing(Path file, Path kept) throws IOException {
        ImageRef ref = new ImageRef(
                file.toUri().toString(),
                Files.size(file),
                Files.getLastModifiedTime(file).toMillis(),
                null);
        return ArchiveListing.of(spark, List.of(ref), ListingRules.EVERYTHING, Optional.of(kept.toString()));
    }

    @Test
    void aFewImagesComeToTheDriver() throws IOException {
        Map<String, byte[]> members = Map.of("1.png", new byte[100], "2.png", new byte[7], "3.txt", new byte[1]);
        Path file = Files.write(folder.resolve("a.tar"), Archives.tar(members));
        try (ArchiveListing listing = listing(file, folder)) {
            assertThat(listing.collect(1)).isEmpty();
            assertThat(listing.collect(2).orElseThrow())
                    .containsExactlyInAnyOrderElementsOf(listing.images()
                            .javaRDD()
                            .map(ImageRefSchema::fromRow)
                            .collect());
            assertThat(listing.omissions().count(OmissionReason.SIDECAR)).isOne();
        }
    }

    /** One that is written again soon may have the same time. */
    @Test
    void oneThatIsNewAndHasNoVersionTagIsNotKept() throws Exception {
        Path file = Files.write(folder.resolve("a.tar"), Archives.tar(Map.of("1.png", new byte[100])));
        Path kept = folder.resolve("kept");
        try (ArchiveListing listing = listing(file, kept)) {
            listing.read();
            assertThat(listing.keep(kept.toString())).isEmpty();
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        try (ArchiveListing listing = listing(file, kept)) {
            listing.read();
            listing.keep(kept.toString()).orElseThrow().get();
            assertThat(kept).isNotEmptyDirectory();
        }
        try (ArchiveListing listing = listing(file, kept)) {
            listing.read();
            assertThat(listing.keep(kept.toString())).as("kept already").isEmpty();
        }
    }

    @Test
    void pathsOfAListThatAreNoneAreRowsOfTheirOwn() {
        List<String> paths = List.of("s3a:/shard.tar", "s3a://***@bucket/x.tar", "file:/" + "a".repeat(9_000) + ".tar");
        Dataset<Row> rows = spark.createDataset(paths, Encoders.STRING()).select(ImageRefSchema.unlisted(col("value")));
        try (ArchiveListing listing = ArchiveListing.ofPaths(spark, rows)) {
            List<RejectionReason> reasons = listing.images().javaRDD().map(ImageRefSchema::fromRow).collect().stream()
                    .map(ref -> ((ImageSource.Unavailable) ref.source()).reason())
                    .toList();
            assertThat(reasons)
                    .containsExactly(RejectionReason.MISSING, RejectionReason.UNREADABLE, RejectionReason.MISSING);
        }
    }

    @Test
    void oneThatIsGoneIsARowOfItsOwn() {
        assertThat(source(new ImageRef(folder.resolve("gone.zip").toUri().toString(), 1_000, 0, null)))
                .isInstanceOfSatisfying(ImageSource.Unavailable.class, gone -> assertThat(gone.reason())
                        .isEqualTo(RejectionReason.MISSING));
    }
}
