package io.vitrine.graph;

import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The small checkpoints of the oracle, one per model family and variant. */
public final class OracleCheckpoints {
    private static final Path FOLDER = Path.of("src/test/resources/oracle/checkpoints");

    private OracleCheckpoints() {}

    public static Path folder(String name) {
        return FOLDER.resolve(name);
    }

    /** The checkpoint {@code name} at its own image size. */
    public static ModelPlan plan(String name) {
        return ModelPlan.of(folder(name), Optional.empty());
    }

    /** The names of all checkpoints. */
    public static Stream<String> names() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }
}
