package io.vitrine.graph;

import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The small checkpoints of the oracle, one per model family and variant. */
public final class OracleCheckpoints {
    private static final Path FOLDER = Path.of("src/test/resources/oracle/checkpoints");
    private static final List<String> LATER_SETS = List.of("oracle2", "oracle3");
    private static final String REFUSED = "oracle2/siglip2-naflex";

    private OracleCheckpoints() {}

    public static Path folder(String name) {
        return FOLDER.resolve(name);
    }

    /** The checkpoint {@code name} at its own image size. A later set's has a name such as {@code oracle2/clip-full}. */
    public static ModelPlan plan(String name) {
        int slash = name.indexOf('/');
        Path checkpoint = slash < 0
                ? folder(name)
                : FOLDER.getParent()
                        .resolveSibling(name.substring(0, slash))
                        .resolve("checkpoints")
                        .resolve(name.substring(slash + 1));
        return ModelPlan.of(checkpoint, Optional.empty());
    }

    /** The names of the first set's checkpoints. */
    public static Stream<String> names() throws IOException {
        return namesIn(FOLDER);
    }

    /** The names of all sets' checkpoints that can be opened as they are: in safetensors, and of a family that is not refused. */
    public static Stream<String> allNames() throws IOException {
        Stream<String> names = names();
        for (String set : LATER_SETS) {
            Path checkpoints = FOLDER.getParent().resolveSibling(set).resolve("checkpoints");
            names = Stream.concat(
                    names,
                    namesIn(checkpoints)
                            .filter(name ->
                                    Files.exists(checkpoints.resolve(name).resolve("model.safetensors")))
                            .map(name -> set + "/" + name)
                            .filter(name -> !name.equals(REFUSED)));
        }
        return names;
    }

    private static Stream<String> namesIn(Path checkpoints) throws IOException {
        try (Stream<Path> folders = Files.list(checkpoints)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }
}
