package io.vitrine.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class DevCliTest {
    @ParameterizedTest
    @ValueSource(strings = {"--micro --rounds 2", "--micro --huge", "--gpu --quick"})
    void anOptionThatABenchmarkWouldIgnoreIsRefused(String options) {
        StringWriter err = new StringWriter();
        CommandLine line = DevCli.commandLine().setErr(new PrintWriter(err));
        assertThat(line.execute(("benchmark --root . " + options).split(" "))).isEqualTo(2);
        assertThat(err.toString())
                .contains("--huge, --micro, --gpu, --search and --duplicates are benchmarks of their own");
    }
}
