package io.vitrine.image.isolate;

import io.vitrine.ConfigurationException;
import io.vitrine.FileBytes;
import io.vitrine.RunInterruptedException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A running child process and the streams to it. */
final class ChildProcess implements AutoCloseable {
    private static final long BASE_HEAP = 64L << 20;
    private static final long YOUNG_HEAP = BASE_HEAP / 2;
    /**
     * RGB, and what it is made of: at most the samples of a TIFF of four times 16 bits whose tile holds twice the image, or four
     * components of JPEG 2000, and a byte for its code blocks. That is enough for blocks of 32 x 32; the largest image in small
     * ones does not fit, and becomes a row {@code out_of_memory}.
     */
    private static final int BYTES_PER_PIXEL = 3 + 4 * Integer.BYTES + 1;

    /** What a decoder may read of the environment. Keys and tokens stay in this process: hostile files are the child's work. */
    private static final List<String> VARIABLES =
            List.of("OPENCV_", "LC_", "LANG", "MALLOC_", "GLIBC_TUNABLES", "LD_LIBRARY_PATH", "PATH", "HOME", "TMPDIR");

    private static final List<String> PROPERTIES =
            List.of("org.bytedeco.", "java.io.tmpdir", "user.home", "java.library.path");

    private static final int BUFFER = 1 << 16;
    private static final int START_SECONDS = 60;
    private static final int END_SECONDS = 2;

    private final Process process;
    private final StandardError standardError;
    private final DataOutputStream files;
    private final DataInputStream answers;

    private ChildProcess(Process process) {
        this.process = process;
        this.standardError = new StandardError(process.getErrorStream());
        this.files = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
        this.answers = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    }

    /**
     * Starts a process and waits until it is ready.
     *
     * @throws ConfigurationException if it does not get ready; the message has what it printed
     */
    static ChildProcess start(DecodeRecipe recipe, List<Path> classPath) {
        ChildProcess child;
        try {
            ProcessBuilder builder = new ProcessBuilder(command(recipe, classPath));
            builder.environment().keySet().removeIf(name -> VARIABLES.stream().noneMatch(name::startsWith));
            child = new ChildProcess(builder.start());
        } catch (IOException e) {
            throw cannotStart(e.getMessage());
        }
        CompletableFuture<Void> ready = new CompletableFuture<>();
        ready.orTimeout(START_SECONDS, TimeUnit.SECONDS).exceptionally(late -> {
            child.kill();
            return null;
        });
        try {
            Wire.send(child.files, FileBytes.of(serialized(recipe)));
            if (Wire.receiveKind(child.answers) != Wire.READY) {
                String why = child.answers.readUTF();
                child.close();
                throw cannotStart(why);
            }
            return child;
        } catch (IOException e) {
            ProcessEnd end = child.end();
            child.close();
            throw cannotStart("it ended with " + end.describe() + " (" + end.lastWords() + ")");
        } finally {
            ready.complete(null);
        }
    }

    private static ConfigurationException cannotStart(String why) {
        return new ConfigurationException("The process that decodes images cannot start: " + why
                + ". Give the executors more memory outside the heap (spark.executor.memoryOverhead), or decode in the"
                + " executors themselves with --decode-isolation none.");
    }

    private static List<String> command(DecodeRecipe recipe, List<Path> classPath) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms32m", "-Xmx" + heap(recipe), "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        command.add("-XX:MaxNewSize=" + YOUNG_HEAP); // arrays of a large image must fit the rest, not two thirds
        // A crash is reported on standard error, and leaves neither a file nor a core.
        command.addAll(List.of("-XX:+DisplayVMOutputToStderr", "-XX:+ErrorFileToStderr", "-XX:-CreateCoredumpOnCrash"));
        command.add("-Djava.awt.headless=true");
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> PROPERTIES.stream().anyMatch(name::startsWith))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.add("-cp");
        command.add(classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.add(ChildMain.class.getName());
        return command;
    }

    /**
     * The child's largest Java heap: enough for the largest file and image, but no more than this JVM's own. With the default
     * limits 64 MiB + 256 MiB + 20 * 178,956,970 bytes, about 3.6 GiB; it grows only as an image needs it.
     */
    private static long heap(DecodeRecipe recipe) {
        long largest = BASE_HEAP
                + recipe.limits().maxBytes()
                + BYTES_PER_PIXEL * recipe.limits().maxPixels();
        return Math.min(largest, Runtime.getRuntime().maxMemory());
    }

    private static byte[] serialized(DecodeRecipe recipe) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(recipe);
        }
        return bytes.toByteArray();
    }

    /** Sends a file. */
    void send(FileBytes file) throws IOException {
        Wire.send(files, file);
    }

    /** The stream of answers. */
    DataInputStream answers() {
        return answers;
    }

    /** Ends the process at once. */
    void kill() {
        process.destroyForcibly();
    }

    /** How the process ended. One that still runs, though it should not, is killed. */
    ProcessEnd end() {
        try {
            boolean ended = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            return new ProcessEnd(ended ? process.exitValue() : ProcessEnd.STILL_RUNNING, standardError.text());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while a process that decodes images ended", e);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly(); // Java's process reaper takes its status
        for (Closeable stream : List.<Closeable>of(files, answers)) {
            try {
                stream.close();
            } catch (IOException e) {
                // unsent bytes of a dead process
            }
        }
    }
}
