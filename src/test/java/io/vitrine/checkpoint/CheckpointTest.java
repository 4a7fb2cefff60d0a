package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.ModelOutputs;
import io.vitrine.graph.Normalization;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CheckpointTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle/checkpoints");

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() {
        Folders.copy(CHECKPOINTS.resolve("vit-tiny-a"), folder);
    }

    @Test
    void aHeadsCheckpointLosesItsPrefixAndKeepsItsHead() {
        Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve("vit-cls"));
        assertThat(checkpoint.weights().has("embeddings.cls_token")).isTrue();
        assertThat(checkpoint.hasHead()).isTrue();
        assertThat(checkpoint.classCount("classifier")).isEqualTo(5);
        assertThat(checkpoint.config().labels()).startsWith("cat", "dog");
    }

    @Test
    void aMissingPoolerIsNeverInvented() {
        assertThatThrownBy(() -> print(CHECKPOINTS.resolve("vit-cls"), "pooler_output"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("has no pooler_output: its weights hold no pooler.dense")
                .hasMessageContaining("Available: last_hidden_state, logits, cls, mean.");
    }

    @Test
    void weightsThatAreNotFiniteAreNamed() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
        small.values("layernorm.bias")[3] = Float.NaN;
        small.values("pooler.dense.weight")[17] = Float.NEGATIVE_INFINITY;
        Checkpoint broken = Checkpoint.open(small.write(folder.resolve("broken")));
        assertThatThrownBy(() -> WeightChecks.requireFinite(all(broken)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("layernorm.bias (element 3 of 16, in model.safetensors), pooler.dense.weight"
                        + " (element 17 of 256, in model.safetensors)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit-tiny-a", "vit-bf16"})
    void finiteWeightsPass(String name) {
        assertThatCode(() -> WeightChecks.requireFinite(all(Checkpoint.open(CHECKPOINTS.resolve(name)))))
                .doesNotThrowAnyException();
    }

    private static List<TensorInfo> all(Checkpoint checkpoint) {
        return checkpoint.weights().tensorNames().stream()
                .map(name -> checkpoint.weights().tensor(name).orElseThrow())
                .toList();
    }

    @Test
    void positionsThatAreNotFiniteAreNamedBeforeResampling() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("dinov2", Map.of());
        small.values("embeddings.position_embeddings")[20] = Float.NaN;
        Checkpoint checkpoint = Checkpoint.open(small.write(folder.resolve("nan")));
        Normalization norm = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        assertThatThrownBy(() -> OnnxModel.print(
                        new GraphRequest(checkpoint, new Size(40, 40), PixelInput.UINT8, norm, List.of("cls"))))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("embeddings.position_embeddings (element 20 of 160");
    }

    @Test
    void attentionsOfAVeryLargeImageAreRefused() {
        Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve("vit-tiny-a"));
        Normalization norm = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        assertThatThrownBy(() -> new GraphRequest(
                        checkpoint, new Size(1024, 1024), PixelInput.UINT8, norm, List.of("attentions.0")))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("leave attentions out");
        Checkpoint beit = Checkpoint.open(CHECKPOINTS.resolve("beit"));
        assertThatThrownBy(() -> new GraphRequest(beit, new Size(4096, 4096), PixelInput.UINT8, norm, List.of("cls")))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("Choose a smaller --image-size");
    }

    @Test
    void aMaskedImageBeitHasNoPooler() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("beit", Map.of())
                .without("pooler.layernorm.weight")
                .without("pooler.layernorm.bias");
        Checkpoint checkpoint = Checkpoint.open(small.write(folder.resolve("mim")));
        assertThat(ModelOutputs.summaryOutputs(checkpoint)).containsExactly("last_hidden_state", "cls", "mean");
        assertThat(OnnxModel.unusedTensors(checkpoint)).isEmpty();
        assertThatThrownBy(() -> print(folder.resolve("mim"), "pooler_output"))
                .hasMessageContaining("has no pooler_output: its weights hold no pooler.layernorm");
    }

    @Test
    void theNormOfAMaskedImageHeadIsIgnored() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("beit", Map.of("use_mean_pooling", false))
                .with("layernorm.weight", 16)
                .with("layernorm.bias", 16);
        float[] own = small.values("layernorm.weight").clone();
        small.with("head", 16);
        Checkpoint checkpoint = Checkpoint.open(
                small.write(folder.resolve("head"), name -> name.equals("head") ? "layernorm.weight" : "beit." + name));
        assertThat(Weights.floats(
                        checkpoint.weights().tensor("layernorm.weight").orElseThrow()))
                .containsExactly(own);
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> Checkpoint.open(folder.resolve("nowhere")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("No checkpoint folder " + folder.resolve("nowhere")
                        + ". There is no folder of that name here: check its spelling.");
    }

    @Test
    void missingWeightsAreNamed() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("No weights in " + folder)
                .hasMessageContaining("model.safetensors.index.json");
    }

    @Test
    void aMissingConfigIsNamed() throws IOException {
        Files.delete(folder.resolve("config.json"));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("No file " + folder.resolve("config.json"));
    }

    @Test
    void aConfigThatIsNotJsonIsNamedWithItsLine() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": ");
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(folder.resolve("config.json") + " is not JSON (line 1");
    }

    @Test
    void everyTensorOfAnotherShapeIsListed() throws IOException {
        edit("\"intermediate_size\": 96", "\"intermediate_size\": 64");
        assertThatThrownBy(() -> print(folder, "last_hidden_state"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("encoder.layer.0.intermediate.dense.weight has shape [96, 48], [64, 48] expected")
                .hasMessageContaining("encoder.layer.2.output.dense.weight has shape [48, 96], [48, 64] expected")
                .hasMessageNotContaining("more. Take");
    }

    @Test
    void aLongListOfMissingTensorsIsCutShort() throws IOException {
        edit("\"intermediate_size\": 96", "\"intermediate_size\": 64");
        edit("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 900");
        assertThatThrownBy(() -> print(folder, "last_hidden_state")).hasMessageContaining("; and 14349 more. Take");
    }

    @Test
    void aMissingLayerIsListed() throws IOException {
        edit("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4");
        assertThatThrownBy(() -> print(folder, "last_hidden_state"))
                .hasMessageContaining("encoder.layer.3.layernorm_before.weight is missing");
    }

    @Test
    void tensorsThatNothingReadsAreListed() throws IOException {
        assertThat(OnnxModel.unusedTensors(Checkpoint.open(folder))).isEmpty();
        assertThat(OnnxModel.unusedTensors(Checkpoint.open(CHECKPOINTS.resolve("vit-cls"))))
                .isEmpty();
        edit("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2");
        assertThat(OnnxModel.unusedTensors(Checkpoint.open(folder)))
                .hasSize(16)
                .allMatch(name -> name.startsWith("encoder.layer.2."));
    }

    @Test
    void theFingerprintDependsOnContentsAndNotOnThePath() throws IOException {
        String original = Fingerprint.of(CHECKPOINTS.resolve("vit-tiny-a"));
        assertThat(original).hasSize(64).isEqualTo(Fingerprint.of(folder));
        edit("1e-12", "1e-11");
        assertThat(Fingerprint.of(folder)).isNotEqualTo(original);
    }

    private void edit(String from, String to) throws IOException {
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
    }

    private static OnnxModel print(Path folder, String output) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        Normalization norm = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
        return OnnxModel.print(new GraphRequest(checkpoint, new Size(32, 32), PixelInput.UINT8, norm, List.of(output)));
    }
}
