package io.vitrine.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JvmOptionsTest {
    private static final String PARALLEL = "-XX:+UseParallelGC";

    private final JvmOptions options = JvmOptions.read(Path.of("conf"));

    @Test
    void allOptionsAreTheLinesOfTheFilesWithoutComments() {
        assertThat(options.all())
                .contains(PARALLEL, "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "-XX:MetaspaceSize=256m")
                .allMatch(option -> option.startsWith("-"))
                .noneMatch(option -> option.contains(" "));
        assertThat(options.tuning()).contains(PARALLEL).noneMatch(option -> option.startsWith("--add-opens"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseG1GC", "-Da=b -XX:+UseZGC", "-XX:+UseParallelGC -Xlog:gc"})
    void theUsersCollectorReplacesTheDefault(String userOptions) {
        assertThat(options.yieldingTo(userOptions).all()).doesNotContain(PARALLEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-Da=b", "-XX:-UseG1GC", "-XX:+UseStringDeduplication"})
    void optionsWithoutACollectorKeepTheDefault(String userOptions) {
        assertThat(options.yieldingTo(userOptions).all()).contains(PARALLEL);
    }

    @Test
    void aLineIsSplitAtBlanksOutsideQuotes() {
        assertThat(JvmOptions.split(" -Da=b  \"-Dc=d e\" -Df='g h' ")).containsExactly("-Da=b", "-Dc=d e", "-Df=g h");
        assertThat(JvmOptions.split("")).isEmpty();
    }

    @Test
    void joinedOptionsAreSplitIntoTheSame() {
        List<String> words = List.of("-Da=b", "-Dfile=/a b/c");
        assertThat(JvmOptions.split(JvmOptions.join(words))).isEqualTo(words);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> JvmOptions.read(Path.of("no/conf")))
                .isInstanceOf(LaunchException.class)
                .hasMessage("Cannot read no/conf/jvm.options. Restore it from the distribution.");
    }
}
