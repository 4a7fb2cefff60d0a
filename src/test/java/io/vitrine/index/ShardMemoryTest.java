package io.vitrine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import org.junit.jupiter.api.Test;

/** The sizes of shards that fit executors. */
final class ShardMemoryTest {
    private static final long GIB = 1L << 30;

    private static IndexRequest request(int shardVectors) {
        return new IndexRequest("f", "cls", Metric.COSINE, "i", shardVectors, 0, GraphSettings.DEFAULT);
    }

    @Test
    void aGraphOfTheDefaultDegreeTakesFiveHundredBytesPerVector() {
        assertThat(ShardMemory.bytesPerVector(GraphSettings.DEFAULT)).isEqualTo(500);
        assertThat(new ShardMemory(GIB, 1).vectors(GraphSettings.DEFAULT)).isEqualTo(1_288_490); // 0.6 GiB / 500
    }

    @Test
    void theDefaultFitsTheExecutors() {
        assertThat(new ShardMemory(8 * GIB, 4).plan(request(IndexRequest.FITTING), 0, 50_000_000))
                .isEqualTo(1_000_000);
        assertThat(new ShardMemory(GIB, 4).plan(request(IndexRequest.FITTING), 0, 50_000_000))
                .isEqualTo(161_061); // a shard may hold twice as many, a quarter of what one task could have
        assertThat(new ShardMemory(GIB, 1).plan(request(IndexRequest.FITTING), 0, 1_200_000))
                .isEqualTo(1_000_000); // one shard of all fits
    }

    @Test
    void otherExecutorsAreNoReasonToBuildEverythingAgain() {
        assertThat(new ShardMemory(8 * GIB, 4).plan(request(IndexRequest.FITTING), 161_061, 50_000_000))
                .isEqualTo(161_061);
        assertThat(new ShardMemory(GIB, 4).plan(request(IndexRequest.FITTING), 1_000_000, 50_000_000))
                .isEqualTo(161_061); // those of before don't fit
    }

    @Test
    void aNumberThatCannotFitIsRefused() {
        ShardMemory memory = new ShardMemory(GIB, 2);
        assertThat(memory.plan(request(5_000_000), 0, 600_000)).isEqualTo(5_000_000); // there are not so many
        assertThatThrownBy(() -> memory.plan(request(5_000_000), 0, 50_000_000))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("A graph of 10,000,000 vectors takes 4,768 MB of heap")
                .hasMessageContaining("500 bytes each with --degree 32")
                .hasMessageContaining("a task has 307 MB for it: 0.6 of the executor's 1,024 MB, for 2 tasks at a time")
                .hasMessageContaining("at most --shard-vectors 322122")
                .hasMessageContaining("--executor-memory 15895m");
        assertThat(new ShardMemory(15_895L << 20, 2).plan(request(5_000_000), 0, 50_000_000))
                .isEqualTo(5_000_000);
        assertThatThrownBy(() -> new ShardMemory(1 << 20, 1).plan(request(IndexRequest.FITTING), 0, 1_000_000))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("A graph of 10,000 vectors takes 4 MB");
    }
}
