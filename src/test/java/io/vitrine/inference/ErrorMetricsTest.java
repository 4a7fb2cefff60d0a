package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vitrine.graph.Precision;
import org.junit.jupiter.api.Test;

final class ErrorMetricsTest {
    private static final float[] EXPECTED = {3, 4, 0, 5};

    @Test
    void theErrorIsOfAllImagesAndTheAngleOfTheWorst() {
        ErrorMetrics same = ErrorMetrics.of(EXPECTED, EXPECTED, 2);
        assertThat(same.error()).isZero();
        assertThat(same.cosine()).isEqualTo(1, within(1e-12));
        ErrorMetrics turned = ErrorMetrics.of(new float[] {3, 4, 5, 0}, EXPECTED, 2);
        assertThat(turned.cosine()).isZero();
        assertThat(turned.error()).isEqualTo(1, within(1e-12)); // sqrt(50 / 50)
    }

    @Test
    void whatIsBeyondTheBoundsIsAFault() {
        assertThat(ErrorMetrics.of(new float[] {3, 4, 0, 5.1f}, EXPECTED, 2).fault(Precision.bf16, true))
                .isEmpty();
        assertThat(ErrorMetrics.of(new float[] {3, 4, 0, 5.4f}, EXPECTED, 2).fault(Precision.bf16, false))
                .isPresent();
        assertThat(ErrorMetrics.of(new float[] {3, 4, 0, 5.4f}, EXPECTED, 2).fault(Precision.int8, false))
                .isEmpty();
        assertThat(ErrorMetrics.of(new float[] {3, 4, 0.3f, 5}, EXPECTED, 2).fault(Precision.int8, true))
                .isEmpty();
        assertThat(ErrorMetrics.of(new float[] {3, 4, 0.3f, 5}, EXPECTED, 2).fault(Precision.fp16, true))
                .isPresent();
        assertThat(ErrorMetrics.of(new float[] {3, 4, Float.NaN, 5}, EXPECTED, 2)
                        .fault(Precision.int8, false))
                .isPresent();
        assertThat(ErrorMetrics.of(new float[] {3}, EXPECTED, 2).fault(Precision.int8, false))
                .isPresent();
    }
}
