package io.vitrine.testkit;

import io.vitrine.dev.sandbox.Submission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A submission that runs: it can be awaited, sent signals and killed. */
public final class RunningJob implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Process process;
    private final Path out;
    private final Path err;

    private RunningJob(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** @param folder where its output is kept */
    public static RunningJob start(Submission submission, Path folder) {
        try {
            Path logs = Files.createTempDirectory(folder, "job-");
            Path out = logs.resolve("out.txt");
            Path err = logs.resolve("err.txt");
            return new RunningJob(submission.start(out, err), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until {@code condition} holds or the job has ended, and then for {@code delay}, or until the job has ended. */
    public void awaitOrEnd(String event, BooleanSupplier condition, Duration delay) throws InterruptedException {
        Await.until(event, LIMIT, () -> condition.getAsBoolean() || !process.isAlive());
        process.waitFor(delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process. */
    public void kill() {
        process.destroyForcibly();
        end();
    }

    /** @param name of the signal, such as INT */
    public void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What it has printed on standard error so far. */
    public String errSoFar() {
        return new String(Folders.read(err), StandardCharsets.UTF_8);
    }

    /** Waits for the end of the process. */
    public ProcessResult end() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The job did not end: " + errSoFar());
            }
            return new ProcessResult(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
