package io.vitrine.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WebHealthTest {
    private final StoreHealth health = new WebHealth();

    /** Fails one image of each of {@code hosts} hosts. */
    private boolean fail(int hosts) {
        boolean gone = false;
        for (int i = 0; i < hosts; i++) {
            gone = health.failed("https://" + i + ".example/1.jpg");
        }
        return gone;
    }

    @Test
    void aNetworkIsGoneIfManyHostsFail() {
        assertThat(fail(WebHealth.HOSTS - 1)).isFalse();
        assertThat(fail(WebHealth.HOSTS)).isTrue();
        assertThat(health.isGone()).isTrue();
    }

    @Test
    void aFewHostsThatFailForEverAreNoLostNetwork() {
        for (int i = 0; i < 1000; i++) {
            assertThat(fail(WebHealth.HOSTS - 1)).isFalse();
        }
    }

    @Test
    void oneAnswerBringsTheNetworkBack() {
        fail(WebHealth.HOSTS);
        health.answered();
        assertThat(health.isGone()).isFalse();
        assertThat(fail(WebHealth.HOSTS - 1)).isFalse();
    }
}
