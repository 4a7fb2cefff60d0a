package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.gpu.GpuComparison.Named;
import io.vitrine.image.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The JPEGs of all tests, through the preprocessing of all checkpoints. */
final class OracleJpegsTest {
    private static final Path RESOURCES = Path.of("src/test/resources");

    @Test
    void kernelsGiveTheBytesOfTheCpu() throws IOException {
        List<Named> files = files();
        Map<String, Preprocessing> steps = preprocessings();
        assertThat(files).hasSizeGreaterThan(40);
        assertThat(steps).hasSizeGreaterThan(20);
        try (EmulatedDevice device = EmulatedDevice.shipped()) {
            for (Preprocessing preprocessing : steps.values()) {
                try (GpuComparison comparison = new GpuComparison(device, preprocessing)) {
                    comparison.compare(files);
                    System.out.println(comparison.equal() + " " + preprocessing + " " + comparison.handedOver());
                }
            }
        }
    }

    private static List<Named> files() throws IOException {
        List<Named> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(RESOURCES)) {
            for (Path path : paths.filter(p -> p.toString().endsWith(".jpg")).sorted().toList()) {
                files.add(new Named(path.toString(), Files.readAllBytes(path)));
            }
        }
        return files;
    }

    /** By their text: equal ones once. */
    private static Map<String, Preprocessing> preprocessings() throws IOException {
        Map<String, Preprocessing> steps = new TreeMap<>();
        for (String oracle : List.of("oracle", "oracle2")) {
            for (String kind : List.of("preprocessors", "checkpoints")) {
                try (Stream<Path> folders = Files.list(RESOURCES.resolve(oracle).resolve(kind))) {
                    for (Path folder : folders.filter(f -> !f.endsWith("siglip2-naflex")).toList()) {
                        PreprocessorFile file = PreprocessorFile.find(folder);
                        Preprocessing preprocessing = Preprocessing.read(file.node(), "vit", file.source());
                        if (preprocessing.outputSize().isPresent()) {
                            steps.put(preprocessing.toString(), preprocessing);
                        }
                    }
                }
            }
        }
        return steps;
    }
}
