package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cuda.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The program has every file of the kernels, and nothing that the build made of one. */
final class KernelSourcesTest {
    private static final Path FOLDER = Path.of("src/main/resources/io/vitrine/gpu");

    @Test
    void everyFileIsThereAsItIsWritten() throws IOException {
        Program program = KernelSources.program();
        Set<String> names = new TreeSet<>(program.headers().keySet());
        names.add(program.name());
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(names)
                    .isEqualTo(files.map(file -> file.getFileName().toString())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        assertThat(program.source()).isEqualTo(Files.readString(FOLDER.resolve(program.name())));
        for (String name : program.headers().keySet()) {
            assertThat(program.headers().get(name)).as(name).isEqualTo(Files.readString(FOLDER.resolve(name)));
        }
    }
}
