package io.vitrine.job.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FailureLimitTest {
    @ParameterizedTest
    @CsvSource({
        "50%, 5, 10, true",
        "50%, 6, 10, false",
        "1%, 10, 1000, true",
        "1%, 11, 1000, false",
        "0.7%, 7, 1000, true",
        "0.7%, 8, 1000, false",
        "0%, 0, 10, true",
        "0%, 1, 1000000000000, false",
        "100%, 10, 10, true",
        "0, 0, 10, true",
        "0, 1, 10, false",
        "100, 100, 100, true",
        "100, 101, 1000000, false",
        "1%, 0, 0, true"
    })
    void upToTheLimitImagesMayFail(String limit, long failed, long images, boolean allowed) {
        assertThat(FailureLimit.parse(limit).allows(failed, images)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "%",
                "-1",
                "-1%",
                "101%",
                "100.1%",
                "1 %",
                "1.%",
                ".5%",
                "0.5",
                "1e2",
                "abc",
                "1%%",
                "NaN%",
                "9999999999999999999"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> FailureLimit.parse(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("--max-failures is ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"50%", "0.5%", "100", "0"})
    void itsTextIsThatOfTheOption(String text) {
        assertThat(FailureLimit.parse(text)).hasToString(text);
    }

    @Test
    void halfOfTheImagesMayFailByDefault() {
        assertThat(FailureLimit.DEFAULT).hasToString("50%");
    }
}
