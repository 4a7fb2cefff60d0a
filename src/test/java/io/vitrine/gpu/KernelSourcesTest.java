package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class KernelSourcesTest {
    private static final Pattern INCLUDE = Pattern.compile("#include \"([^\"]+)\"");

    /** A file that is forgotten would be missed only by NVRTC, where there is a GPU. */
    @Test
    void everyFileIsPartOfTheProgram() throws IOException {
        try (Stream<java.nio.file.Path> files = Files.list(KernelCompiler.SOURCES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("kernels.cu")))
                    .containsExactlyInAnyOrderElementsOf(KernelSources.INCLUDED);
        }
        var program = KernelSources.program();
        assertThat(program.headers()).containsOnlyKeys(KernelSources.INCLUDED);
        Stream.concat(Stream.of(program.source()), program.headers().values().stream())
                .flatMap(text -> INCLUDE.matcher(text).results())
                .forEach(include -> assertThat(program.headers()).containsKey(include.group(1)));
    }

    @Test
    void imagesOfDifferentSizesAreAReason() {
        EmulatedDevice device = EmulatedDevice.shipped();
        assertThatThrownBy(() -> GpuDecoding.start(
                        device,
                        Preprocessing.builder(ImageProcessor.VIT).build(),
                        DecodeOptions.STANDARD,
                        ImageLimits.DEFAULT,
                        new GpuDecoding.Memory(1 << 28, 1 << 24)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("different sizes");
    }
}
