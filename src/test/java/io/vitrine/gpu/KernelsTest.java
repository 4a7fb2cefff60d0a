package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.cuda.InstalledNvrtc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class KernelsTest {
    @Test
    void theProgramIsAllOfTheFolder() throws IOException {
        List<String> names = new ArrayList<>(Kernels.HEADERS);
        names.add(Kernels.program().name());
        try (Stream<Path> files = Files.list(KernelCompiler.SOURCES)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    /** What a GPU machine does at load; other architectures are nvcc's to check. */
    @Test
    void nvrtcCompilesIt() {
        byte[] code = InstalledNvrtc.compile(Kernels.program(), 90);
        assertThat(new String(code, StandardCharsets.ISO_8859_1))
                .contains(".text.decodeScans", ".text.decodeLargeScans", ".text.transformBlocks")
                .contains(".text.resizeRows", ".text.resizeColumns", ".text.resizeRowsFloat", ".text.resizeColumnsFloat");
    }
}
