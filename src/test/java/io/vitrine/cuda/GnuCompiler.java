package io.vitrine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiles C++ of tests with g++; skips the test where there is none. */
final class GnuCompiler {
    private GnuCompiler() {}

    static void compile(Path source, Path library, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("g++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror"));
        command.addAll(options);
        command.addAll(List.of("-shared", "-fPIC", "-o", library.toString(), source.toString()));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            System.out.println("Skipped: g++, which compiles " + source + ", is not installed");
            assumeTrue(false, "g++ is not installed");
            throw e;
        }
        String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(messages).isZero();
    }
}
