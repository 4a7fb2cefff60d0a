package io.vitrine.dev.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The same work as a plain Python script of transformers does it, if there is a Python with torch and transformers. */
final class PythonPeer {
    private static final String SCRIPT = "peer.py";

    private final String python;
    private final Path folder;

    /**
     * Runs the script with a Python.
     *
     * @param folder for the script
     */
    PythonPeer(String python, Path folder) {
        this.python = python;
        this.folder = folder;
    }

    /** The Python that {@code VITRINE_PYTHON} names, or {@code python3}. */
    static String ofEnvironment() {
        return Optional.ofNullable(System.getenv("VITRINE_PYTHON")).orElse("python3");
    }

    /** Why it cannot run here; empty if it can. */
    Optional<String> whyMissing(String device) throws IOException, InterruptedException {
        try {
            String reason = run(List.of("--check", "--device", device));
            return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
        } catch (IOException e) {
            return Optional.of(e.getMessage() + ". VITRINE_PYTHON names a Python with torch, transformers and Pillow");
        }
    }

    /** What it measured, of all images with the start of its workers but not of the device, and its versions. */
    record Row(Measurement measurement, String versions) {}

    /**
     * Computes the features of all images of a folder.
     *
     * @param device {@code cuda} (fp16) or {@code cpu} (fp32)
     */
    Row measure(Path model, Path images, int batch, int workers, String device)
            throws IOException, InterruptedException {
        JsonNode answer = new ObjectMapper()
                .readTree(run(List.of(
                        "--model",
                        model.toString(),
                        "--images",
                        images.toString(),
                        "--batch",
                        Integer.toString(batch),
                        "--workers",
                        Integer.toString(workers),
                        "--device",
                        device)));
        return new Row(
                new Measurement(
                        answer.path("images").asLong(),
                        answer.path("seconds").asDouble(),
                        answer.path("cpu_seconds").asDouble()),
                "torch " + answer.path("torch").asText() + ", transformers "
                        + answer.path("transformers").asText() + ", Pillow "
                        + answer.path("pillow").asText());
    }

    /** Runs the script and returns its last line. */
    private String run(List<String> arguments) throws IOException, InterruptedException {
        Path script = folder.resolve(SCRIPT);
        Files.createDirectories(folder);
        try (InputStream source = PythonPeer.class.getResourceAsStream(SCRIPT)) {
            Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>(List.of(python, script.toString()));
        command.addAll(arguments);
        Path errors = folder.resolve("peer.err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            String[] lines = Files.readString(errors).strip().split("\n");
            throw new IOException(python + " failed with exit code " + status + ": " + lines[lines.length - 1]);
        }
        return Arrays.stream(printed.strip().split("\n"))
                .reduce((before, line) -> line)
                .orElse("");
    }
}
