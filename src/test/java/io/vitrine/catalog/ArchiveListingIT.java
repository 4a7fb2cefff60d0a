package io.vitrine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.RejectionReason;
import io.vitrine.testkit.Archives;
import io.vitrine.testkit.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    @Test
    void oneThatIsGoneIsARowOfItsOwn() {
        assertThat(source(new ImageRef(folder.resolve("gone.zip").toUri().toString(), 1_000, 0, null)))
                .isInstanceOfSatisfying(ImageSource.Unavailable.class, gone -> assertThat(gone.reason())
                        .isEqualTo(RejectionReason.MISSING));
    }
}
