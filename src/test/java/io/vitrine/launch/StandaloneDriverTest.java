package io.vitrine.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StandaloneDriverTest {
    private static final String STATE = "12:00:00 INFO ClientEndpoint: State of driver driver-20260101120000-0001 is ";

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** The status after a submission that logs these lines and ends with a status of its own. */
    private int run(int submission, String... lines) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder();
        for (String line : lines) {
            script.append("echo '").append(line).append("' >&2\n");
        }
        PrintStream out = new PrintStream(err, true, StandardCharsets.ISO_8859_1);
        return new StandaloneDriver(out).run(List.of("sh", "-c", script + "exit " + submission));
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aDriverThatFinishesIsSuccess() throws IOException, InterruptedException {
        assertThat(run(0, STATE + "RUNNING", STATE + "FINISHED", "ünï")).isZero();
        assertThat(said()).isEqualTo(STATE + "RUNNING\n" + STATE + "FINISHED\nünï\n");
    }

    @Test
    void theLastStateDecides() throws IOException, InterruptedException {
        assertThat(run(0, STATE + "RUNNING", STATE + "FAILED")).isOne();
        assertThat(said())
                .endsWith("error: driver-20260101120000-0001 ended as FAILED. Its standard error is on its worker, in"
                        + " work/driver-20260101120000-0001/stderr.\n");
    }

    @Test
    void noStateIsAFailure() throws IOException, InterruptedException {
        assertThat(run(0, "something else")).isOne();
        assertThat(said())
                .endsWith("error: The cluster did not report the state of the driver. See the master's page.\n");
    }

    @Test
    void aSubmissionThatFailsKeepsItsStatus() throws IOException, InterruptedException {
        assertThat(run(42)).isEqualTo(42);
    }
}
