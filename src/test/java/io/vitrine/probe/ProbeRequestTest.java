package io.vitrine.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProbeRequestTest {
    private static ProbeRequest.Builder builder() {
        return ProbeRequest.builder("features", "cls", "label", "probe");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, 1.5, Double.NaN})
    void aShareIsBetweenZeroAndOne(double share) {
        assertThatThrownBy(() -> builder().holdout(share).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("--holdout must be between 0 and 1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aPenaltyIsNotNegative(double penalty) {
        assertThatThrownBy(() -> builder().regularization(List.of(0.1, penalty)).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("--regularization must be 0 or more");
    }

    @Test
    void penaltiesAreFew() {
        assertThatThrownBy(() ->
                        builder().regularization(Collections.nCopies(21, 0.1)).build())
                .hasMessageContaining("1 to 20 penalties, not 21");
        assertThatThrownBy(() -> builder().regularization(List.of()).build()).hasMessageContaining("not 0");
    }

    @Test
    void oneIterationAtLeast() {
        assertThatThrownBy(() -> builder().iterations(0).build()).hasMessageContaining("--iterations");
    }

    /** 30 vectors of 1,000 x 769 doubles. */
    @Test
    void classesAreBoundedByTheHeap() {
        assertThat(ProbeMemory.bytes(1000, 768)).isEqualTo(184_560_000L);
        assertThat(ProbeMemory.maxClasses(768, 1L << 30)).isEqualTo(3490);
        assertThatCode(() -> ProbeMemory.requireRoom(3490, 768, 1L << 30)).doesNotThrowAnyException();
        assertThatThrownBy(() -> ProbeMemory.requireRoom(3491, 768, 1L << 30))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "The label column has more than 3,490 classes, but the driver's heap of 1,024 MiB has room for"
                                + " a probe of no more on 768 dimensions. Is it the right column? If so, raise --driver-memory.");
    }
}
