package io.vitrine.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Compilers that a machine may have, such as g++ and nvcc. */
public final class BuildTool {
    private BuildTool() {}

    /** Skips the test, saying why, where a program is not installed. */
    public static void require(String program) {
        boolean present = run(List.of(program, "--version")).status() == 0;
        if (!present) {
            System.out.println("Skipped: " + program + ", which compiles C++ for this test, is not installed");
        }
        assumeTrue(present, program + " is not installed");
    }

    /** Runs a program. Its status is -1 if it does not start. */
    public static ProcessResult run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new ProcessResult(process.waitFor(), printed, "");
        } catch (IOException e) {
            return new ProcessResult(-1, e.toString(), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
