package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The command line of {@code jobs/verify}; {@link io.vitrine.verify.VerifyIT} runs it. */
final class VerifyCommandTest {
    /** On a machine with and without a GPU. */
    @Test
    void anEngineThatDoesNotRunOnGpusIsRefusedInEveryPrecision() {
        for (String precision : new String[] {"auto", "fp32", "bf16"}) {
            StringWriter err = new StringWriter();
            int status = Cli.commandLine()
                    .setOut(new PrintWriter(new StringWriter()))
                    .setErr(new PrintWriter(err))
                    .execute(
                            "verify",
                            "src/test/resources/oracle",
                            "--device",
                            "gpu",
                            "--engine",
                            "pytorch",
                            "--precision",
                            precision);
            assertThat(status).as(precision).isEqualTo(ExitCode.CONFIGURATION.status());
            assertThat(err.toString()).contains("--engine pytorch runs on CPUs only");
        }
    }
}
