package io.vitrine.job.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.checkpoint.VitConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Head masks for a model of two layers with two heads. */
final class HeadMaskParserTest {
    private static final String MASK = "[[1, 0], [0.5, 1]]";
    private static final List<List<Float>> LAYERS = List.of(List.of(1f, 0f), List.of(0.5f, 1f));

    @TempDir
    private static Path folder;

    private static VitConfig config;

    @BeforeAll
    static void write() throws IOException {
        config = Checkpoint.open(SmallCheckpoint.of("vit", Map.of()).write(folder.resolve("checkpoint")))
                .config();
    }

    @Test
    void aMaskHasOneRowPerLayer() {
        assertThat(HeadMaskParser.parse(MASK, config).layers()).isEqualTo(LAYERS);
    }

    @Test
    void aSingleRowIsForAllLayers() {
        assertThat(HeadMaskParser.parse("[0, 1]", config).layers()).containsExactly(List.of(0f, 1f), List.of(0f, 1f));
    }

    @Test
    void aMaskMayBeInAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("mask.json"), MASK);
        assertThat(HeadMaskParser.parse(file.toString(), config).layers()).isEqualTo(LAYERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[1, 0]]", "[1, 0, 1]", "[[1, 0], [1]]", "[[1, 0], [1, \"a\"]]", "[]", "[{}, {}]"})
    void aMaskOfAnotherShapeIsRefused(String mask) {
        assertThatThrownBy(() -> HeadMaskParser.parse(mask, config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not fit the model: 2 layers of 2 heads");
    }

    @Test
    void textThatIsNotJsonIsRefused() {
        assertThatThrownBy(() -> HeadMaskParser.parse("[1, ", config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is not JSON");
    }

    @Test
    void aMissingFileIsRefused() {
        assertThatThrownBy(() -> HeadMaskParser.parse("nowhere.json", config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Cannot read the head mask");
    }
}
