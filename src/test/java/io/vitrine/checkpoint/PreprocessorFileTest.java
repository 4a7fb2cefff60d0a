package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which file says how images are prepared. */
final class PreprocessorFileTest {
    private static final String NESTED = "{\"image_processor\": {\"size\": 1}, \"processor_class\": \"CLIPProcessor\"}";

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        SmallCheckpoint.of("vit", Map.of()).write(folder);
    }

    @Test
    void theProcessorOfTransformers5Counts() throws IOException {
        write("processor_config.json", NESTED);
        PreprocessorFile found = PreprocessorFile.find(folder);
        assertThat(found.file()).isEqualTo(folder.resolve("processor_config.json"));
        assertThat(found.node()).hasToString("{\"size\":1}");
        assertThat(found.source()).isEqualTo("image_processor of " + found.file());
        assertThat(Checkpoint.requiredFiles(folder))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("config.json", "processor_config.json", "model.safetensors");
    }

    @Test
    void aProcessorWithoutImagesDoesNotCount() throws IOException {
        for (String text : new String[] {"{\"image_seq_length\": 9}", "{\"image_processor\": null}"}) {
            write("processor_config.json", text);
            assertThat(PreprocessorFile.find(folder).file()).isEqualTo(folder.resolve("preprocessor_config.json"));
        }
        assertThat(Checkpoint.requiredFiles(folder))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("config.json", "preprocessor_config.json", "model.safetensors");
    }

    @Test
    void timmsConfigCountsBeforeAPreprocessor() throws IOException {
        write("config.json", "{\"model_type\": \"timm_wrapper\", \"pretrained_cfg\": {\"crop_pct\": 1}}");
        PreprocessorFile found = PreprocessorFile.find(folder);
        assertThat(found.node()).hasToString("{\"pretrained_cfg\":{\"crop_pct\":1}}");
        assertThat(found.source()).isEqualTo("pretrained_cfg of " + folder.resolve("config.json"));
        assertThat(Checkpoint.requiredFiles(folder))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("config.json", "model.safetensors");
        write("processor_config.json", NESTED);
        assertThat(PreprocessorFile.find(folder).file()).isEqualTo(folder.resolve("processor_config.json"));
    }

    @Test
    void timmsOlderConfigsHaveNoObjectOfTheirOwn() throws IOException {
        write("config.json", "{\"architecture\": \"vit_tiny_patch16_224\", \"crop_pct\": 1}");
        assertThat(PreprocessorFile.find(folder).node())
                .hasToString("{\"pretrained_cfg\":{\"architecture\":\"vit_tiny_patch16_224\",\"crop_pct\":1}}");
    }

    @Test
    void aFolderWithoutPreprocessingIsNamed() throws IOException {
        Files.delete(folder.resolve("preprocessor_config.json"));
        assertThatThrownBy(() -> PreprocessorFile.find(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("No file " + folder.resolve("preprocessor_config.json"));
    }

    @Test
    void aProcessorThatIsNoObjectIsRefused() throws IOException {
        write("processor_config.json", "{\"image_processor\": \"CLIPImageProcessor\"}");
        assertThatThrownBy(() -> PreprocessorFile.find(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("image_processor is \"CLIPImageProcessor\" in " + folder)
                .hasMessageContaining("it must be an object");
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}
