package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.OutputConflictException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.TooManyFailuresException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class ExitCodeTest {
    private final StringWriter err = new StringWriter();

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ConfigurationException("m"), 3),
                Arguments.of(new StorageException(StorageException.Outlook.TRANSIENT, "m", null), 4),
                Arguments.of(new StorageException(StorageException.Outlook.PERMANENT, "m", null), 5),
                Arguments.of(new ModelException("m"), 6),
                Arguments.of(new OutputConflictException("m"), 7),
                Arguments.of(new TooManyFailuresException("m"), 8),
                Arguments.of(new RunInterruptedException("m"), 130));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aKnownFailureIsOneLineAndItsOwnStatus(Exception failure, int status) {
        assertThat(execute(failure)).isEqualTo(status);
        assertThat(err.toString()).isEqualToIgnoringNewLines("error: m");
    }

    static Stream<Exception> bugs() {
        return Stream.of(
                new IllegalStateException("m", new ConfigurationException("cause")), new SparkException("m", null));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void anyOtherExceptionIsStatusOneWithItsStackTrace(Exception bug) {
        assertThat(execute(bug)).isOne();
        assertThat(err.toString())
                .contains("\tat ")
                .endsWith(String.format("error: internal error, please report it with the stack trace above: m%n"));
    }

    @Test
    void statusesAreDistinctAndDescribed() {
        assertThat(ExitCode.values()).extracting(ExitCode::status).doesNotHaveDuplicates();
        assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::description))
                .allMatch(line -> line.endsWith(".") && !line.contains("\n"));
    }

    private int execute(Exception failure) {
        CommandLine line = Cli.commandLine(new Failing(failure)).setErr(new PrintWriter(err));
        return line.execute();
    }

    @Command(name = "failing")
    private static final class Failing implements Callable<Integer> {
        private final Exception failure;

        private Failing(Exception failure) {
            this.failure = failure;
        }

        @Override
        public Integer call() throws Exception {
            throw failure;
        }
    }
}
