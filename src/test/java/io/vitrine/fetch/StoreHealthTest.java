package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreHealthTest {
    private final StoreHealth health = new StoreHealth();

    private boolean fail(int times) {
        boolean gone = false;
        for (int i = 0; i < times; i++) {
            gone = health.failed("s3a://bucket/1.jpg");
        }
        return gone;
    }

    @Test
    void aStoreThatAnswersNothingIsGoneAfterAFewReads() {
        assertThat(fail(StoreHealth.FAILURES - 1)).isFalse();
        assertThat(fail(1)).isTrue();
    }

    @Test
    void oneAnswerBringsTheStoreBack() {
        fail(StoreHealth.FAILURES);
        health.answered();
        assertThat(health.isGone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {StoreHealth.FAILURES, StoreHealth.UNDELIVERED - 1})
    void neighboursThatAreLostTogetherAreNoLostStore(int neighbours) {
        for (int i = 0; i < neighbours; i++) {
            health.described();
            assertThat(health.failed("s3a://bucket/1.jpg")).isFalse();
        }
    }

    @Test
    void aStoreThatDeliversNothingIsGoneInTheEnd() {
        for (int i = 0; i < StoreHealth.UNDELIVERED; i++) {
            health.described();
            health.failed("s3a://bucket/1.jpg");
        }
        assertThat(health.isGone()).isTrue();
    }

    @Test
    void anAnswerShowsThatTheStoreIsThere() {
        StoreHealth store = StoreHealth.of("broken://some/a.jpg");
        for (int i = 0; i < 100; i++) {
            assertThat(store.failed("broken://some/a.jpg")).isEqualTo(false);
            if (i % 15 == 14) {
                StoreHealth.of("broken://some/b.jpg").answered();
            }
        }
    }

    @Test
    void storesHaveTheirOwnHealth() {
        StoreHealth store = StoreHealth.of("/data/1.jpg");
        assertThat(StoreHealth.of("file:/other/2.jpg")).isSameAs(store);
        assertThat(StoreHealth.of("s3a://bucket/1.jpg"))
                .isSameAs(StoreHealth.of("s3a://bucket"))
                .isNotSameAs(StoreHealth.of("s3a://another/1.jpg"))
                .isNotSameAs(store);
    }
}
