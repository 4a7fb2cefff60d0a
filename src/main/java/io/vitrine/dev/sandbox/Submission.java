package io.vitrine.dev.sandbox;

import io.vitrine.ConfigurationException;
import io.vitrine.RunInterruptedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a launcher of {@code jobs/} in its own process, as a person does. */
public final class Submission {
    private final Path launcher;
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final S3Store store;

    /**
     * @param store the store that the process can reach, or null for none
     */
    public Submission(Path launcher, S3Store store) {
        this.launcher = launcher;
        this.store = store;
    }

    public Submission with(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    /** Sets an environment variable of the process. */
    public Submission environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Runs the process to its end and returns the exit status. Its output goes to this process's output. */
    public int run() {
        return end(start(new ProcessBuilder().inheritIO()));
    }

    /** Runs the process to its end and returns the exit status. Its standard output and error go to files. */
    public int run(Path out, Path err) {
        return end(start(new ProcessBuilder().redirectOutput(out.toFile()).redirectError(err.toFile())));
    }

    /** Starts the process. Its standard output and error go to files. */
    public Process start(Path out, Path err) {
        return start(new ProcessBuilder().redirectOutput(out.toFile()).redirectError(err.toFile()));
    }

    private Process start(ProcessBuilder builder) {
        List<String> command = new ArrayList<>();
        command.add(launcher.toString());
        if (store != null) {
            store.settings()
                    .forEach((key, value) -> command.addAll(List.of("--conf", "spark.hadoop." + key + "=" + value)));
            builder.environment().putAll(store.keys());
        }
        builder.environment().putAll(environment);
        command.addAll(arguments);
        try {
            return builder.command(command).start();
        } catch (IOException e) {
            throw new ConfigurationException("Cannot start " + launcher + ": " + e, e);
        }
    }

    private static int end(Process process) {
        Thread hook = new Thread(process::destroyForcibly, "vitrine-stop-submission");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while a submitted job was running", e);
        } finally {
            stop(process);
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private static void stop(Process process) {
        try {
            if (process.isAlive() && !process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
