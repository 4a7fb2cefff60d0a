package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.catalog.ImageRef;
import io.vitrine.job.plan.CommitBatches.CommitBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commits of a listing, which needs no Spark. Tables are divided in RerunsIT. */
final class CommitBatchesTest {
    private static ImageListing listing(int images) {
        return new ImageListing(IntStream.range(0, images)
                .mapToObj(i -> new ImageRef("s3a://b/" + i, 1, 1, null))
                .toList());
    }

    private static CommitBatches divide(ImageListing listing, long imagesPerCommit) {
        return CommitBatches.of(null, listing, imagesPerCommit, "unused");
    }

    @ParameterizedTest
    @CsvSource({"7, 3, 3 3 1", "6, 3, 3 3", "6, 6, 6", "6, 1000000, 6", "3, 1, 1 1 1", "2, 9223372036854775807, 2"})
    void allCommitsButTheLastAreFull(int images, long imagesPerCommit, String sizes) {
        CommitBatches batches = divide(listing(images), imagesPerCommit);
        assertThat(batches.count()).isEqualTo(images);
        assertThat(batches.batches())
                .extracting(batch -> Long.toString(batch.count()))
                .containsExactly(sizes.split(" "));
        assertThat(batches.batches())
                .allSatisfy(batch -> assertThat(batch.images().count()).isEqualTo(batch.count()));
    }

    @Test
    void everyImageIsInOneCommitInTheOrderOfTheListing() {
        ImageListing listing = listing(7);
        List<ImageRef> divided = new ArrayList<>();
        for (CommitBatch batch : divide(listing, 3).batches()) {
            divided.addAll(((ImageListing) batch.images()).refs());
        }
        assertThat(divided).isEqualTo(listing.refs());
    }

    @Test
    void anEmptyListingHasNoCommit() {
        CommitBatches batches = divide(listing(0), 3);
        assertThat(batches.batches()).isEmpty();
        assertThat(batches.count()).isZero();
    }
}
