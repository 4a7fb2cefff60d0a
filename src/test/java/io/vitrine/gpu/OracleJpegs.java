package io.vitrine.gpu;

import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.gpu.GpuComparison.Named;
import io.vitrine.image.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The JPEGs and the preprocessing of all tests. */
final class OracleJpegs {
    private static final Path RESOURCES = Path.of("src/test/resources");

    private OracleJpegs() {}

    /** By their names, equal ones once. */
    static List<Named> files() throws IOException {
        List<Named> files = new ArrayList<>();
        Set<ByteBuffer> seen = new HashSet<>();
        try (Stream<Path> paths = Files.walk(RESOURCES)) {
            for (Path path :
                    paths.filter(p -> p.toString().endsWith(".jpg")).sorted().toList()) {
                byte[] bytes = Files.readAllBytes(path);
                if (seen.add(ByteBuffer.wrap(bytes))) {
                    files.add(new Named(path.getFileName().toString(), bytes));
                }
            }
        }
        return files;
    }

    /** The preprocessing of all checkpoints that gives images of one size; what differs in the normalisation only once. */
    static List<Preprocessing> preprocessings() throws IOException {
        Map<String, Preprocessing> steps = new TreeMap<>();
        for (String oracle : List.of("oracle", "oracle2")) {
            for (String kind : List.of("preprocessors", "checkpoints")) {
                try (Stream<Path> folders = Files.list(RESOURCES.resolve(oracle).resolve(kind))) {
                    for (Path folder :
                            folders.filter(f -> !f.endsWith("siglip2-naflex")).toList()) {
                        PreprocessorFile file = PreprocessorFile.find(folder);
                        Preprocessing preprocessing = Preprocessing.read(file.node(), "vit", file.source());
                        if (preprocessing.outputSize().isPresent()) {
                            steps.put(key(preprocessing), preprocessing);
                        }
                    }
                }
            }
        }
        return List.copyOf(steps.values());
    }

    private static String key(Preprocessing steps) {
        return steps.givesFloats()
                ? steps.toString()
                : steps.resizeTarget() + " " + steps.filter() + " " + steps.crop();
    }
}
