package io.vitrine.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A launcher in {@code jobs/}, run to its end in a process of its own, without this process' settings of Spark and Vitrine. */
public final class LaunchedJob {
    private LaunchedJob() {}

    /**
     * Runs a command; fails unless it ends with {@code status} within five minutes.
     *
     * @param log a file for what it prints
     * @param environment variables besides those of this process
     * @return what it printed
     */
    public static String run(Path log, int status, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_") || name.startsWith("VITRINE_"));
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().putAll(environment);
        Process process = builder.redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(300, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(log);
        assertThat(ended).as(text).isTrue();
        assertThat(process.exitValue()).as(text).isEqualTo(status);
        return text;
    }
}
