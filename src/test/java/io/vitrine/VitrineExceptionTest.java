package io.vitrine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of faults are printed as they are, whatever they quote. */
final class VitrineExceptionTest {
    private static String message(String text) {
        return new ModelException(text).getMessage();
    }

    @Test
    void controlCharactersOfATerminalAreReplaced() {
        assertThat(message("model_type is '\u001b[2Jvit\u0007'\nnext\tline"))
                .isEqualTo("model_type is '\uFFFD[2Jvit\uFFFD'\nnext\tline");
    }

    @Test
    void aLongMessageKeepsItsBeginningAndItsEnd() {
        assertThat(message("key is " + "9".repeat(1_000_000) + ". Copy it again."))
                .startsWith("key is 999")
                .endsWith("999. Copy it again.")
                .hasSizeLessThan(4100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a://KEY:SECRET@bucket/photos",
                "s3a://KEY:SEC/SECRET@bucket/photos",
                "https://user:SECRET@host/photos",
                "https://SECRET@host/photos",
                "wasbs://c@a.blob.core.windows.net/p?sv=1&sig=SECRET&x=1",
                "https://b.s3.amazonaws.com/p?X-Amz-Signature=SECRET"
            })
    void secretsOfALocationAreNotPrinted(String location) {
        assertThat(message("Cannot read " + location + ": why"))
                .doesNotContain("SECRET")
                .endsWith(": why");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abfss://container@account.dfs.core.windows.net/p",
                "http://host:8080/a@b",
                "s3a://bucket/a:b@c",
                "hdfs://name:8020/p"
            })
    void locationsWithoutSecretsAreShown(String location) {
        assertThat(message("Cannot read " + location)).isEqualTo("Cannot read " + location);
    }
}
