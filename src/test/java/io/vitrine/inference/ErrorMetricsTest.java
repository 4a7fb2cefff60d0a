package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vitrine.graph.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ErrorMetricsTest {
    private static final float[] EXPECTED = {3, 4, 0, 5}; // two images

    @Test
    void equalFeaturesHaveNoError() {
        ErrorMetrics metrics = ErrorMetrics.of(EXPECTED, EXPECTED, 2);
        assertThat(metrics.relativeError()).isZero();
        assertThat(metrics.minCosine()).isEqualTo(1, within(1e-12));
    }

    @Test
    void errorCoversAllImagesAndCosineIsThatOfTheWorst() {
        ErrorMetrics metrics = ErrorMetrics.of(new float[] {3, 4, 5, 0}, EXPECTED, 2);
        assertThat(metrics.minCosine()).isZero();
        assertThat(metrics.relativeError()).isEqualTo(1, within(1e-12)); // sqrt(50 / 50)
    }

    @ParameterizedTest
    @CsvSource({"5.4, bf16, true", "5.4, int8, false"})
    void matricesAreBoundByTheirError(float last, Precision precision, boolean faulty) {
        ErrorMetrics metrics = ErrorMetrics.of(new float[] {3, 4, 0, last}, EXPECTED, 2);
        assertThat(metrics.matrixFault(precision).isPresent()).isEqualTo(faulty);
    }

    @ParameterizedTest
    @CsvSource({"0, 5.1, bf16, false", "0.3, 5, int8, false", "0.3, 5, fp16, true"})
    void vectorsAreAlsoBoundByTheirDirection(float first, float second, Precision precision, boolean faulty) {
        ErrorMetrics metrics = ErrorMetrics.of(new float[] {3, 4, first, second}, EXPECTED, 2);
        assertThat(metrics.vectorFault(precision).isPresent()).isEqualTo(faulty);
    }

    @Test
    void featuresThatAreNotANumberAreAFault() {
        ErrorMetrics metrics = ErrorMetrics.of(new float[] {3, 4, Float.NaN, 5}, EXPECTED, 2);
        assertThat(metrics.matrixFault(Precision.int8)).isPresent();
    }

    @Test
    void aMissingImageIsAFault() {
        assertThat(ErrorMetrics.of(new float[] {3}, EXPECTED, 2).matrixFault(Precision.int8))
                .isPresent();
    }
}
