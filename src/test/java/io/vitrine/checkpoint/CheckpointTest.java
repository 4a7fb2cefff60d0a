package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.dev.sandbox.Folders;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.ModelOutputs;
import io.vitrine.graph.Normalization;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle/checkpoints");

    @TempDir
    private Path folder;

    @BeforeEach
    void copy() {
        Folders.copy(CHECKPOINTS.resolve("vit-tiny-a"), folder);
    }

    @Test
    void headCheckpointsLoseTheirPrefixAndKeepTheirHead() {
        Checkpoint checkpoint = Checkpoint.open(CHECKPOINTS.resolve("vit-cls"));
        assertThat(checkpoint.weights().has("embeddings.cls_token")).isTrue();
        assertThat(checkpoint.hasHead()).isTrue();
        assertThat(checkpoint.classes("classifier")).isEqualTo(5);
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
    void shardsAreReadThroughTheirIndex() {
        assertThat(Checkpoint.open(CHECKPOINTS.resolve("vit-sharded")).weights().has("pooler.dense.weight"))
                .isTrue();
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Path sharded = folder.resolve("sharded");
        Folders.copy(CHECKPOINTS.resolve("vit-sharded"), sharded);
        Files.delete(sharded.resolve("model-00003-of-00004.safetensors"));
        assertThatThrownBy(() -> Checkpoint.open(sharded))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("names the shard model-00003-of-00004.safetensors")
                .hasMessageContaining("Copy every shard");
    }

    @Test
    void aShardOutsideTheFolderIsRefused() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {\"a\": \"../other/model.safetensors\"}}");
        assertThatThrownBy(() -> Checkpoint.open(folder)).hasMessageContaining("not a plain file name beside it");
    }

    @Test
    void aShardThatLinksOutOfTheCheckpointIsRefused(@TempDir Path elsewhere) throws IOException {
        Path sharded = folder.resolve("sharded");
        Folders.copy(CHECKPOINTS.resolve("vit-sharded"), sharded);
        Path shard = sharded.resolve("model-00003-of-00004.safetensors");
        Path moved = Files.move(shard, elsewhere.resolve("shard.safetensors"));
        Files.createSymbolicLink(shard, moved);
        assertThatThrownBy(() -> Checkpoint.open(sharded))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("is a link to " + moved.toRealPath() + ", outside the checkpoint");
    }

    @Test
    void theHubsCacheLinksItsShardsToItsBlobs(@TempDir Path cache) throws IOException {
        Path snapshot = cache.resolve("models--a--b/snapshots/c0ffee");
        Folders.copy(CHECKPOINTS.resolve("vit-sharded"), snapshot);
        Path blobs = Files.createDirectories(cache.resolve("models--a--b/blobs"));
        Path shard = snapshot.resolve("model-00003-of-00004.safetensors");
        Files.move(shard, blobs.resolve("abc"));
        Files.createSymbolicLink(shard, Path.of("../../blobs/abc"));
        assertThat(Checkpoint.open(snapshot).hasPooler()).isTrue();
    }

    @Test
    void weightsThatAreNoNumbersAreNamed() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
        Checkpoint whole = Checkpoint.open(small.write(folder.resolve("whole")));
        FiniteWeights.check(all(whole));
        small.values("layernorm.bias")[3] = Float.NaN;
        small.values("pooler.dense.weight")[17] = Float.NEGATIVE_INFINITY;
        Checkpoint broken = Checkpoint.open(small.write(folder.resolve("broken")));
        assertThatThrownBy(() -> FiniteWeights.check(all(broken)))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("layernorm.bias (element 3 of 16, in model.safetensors), pooler.dense.weight"
                        + " (element 17 of 256, in model.safetensors)");
        FiniteWeights.check(all(Checkpoint.open(CHECKPOINTS.resolve("vit-bf16"))));
    }

    private static List<TensorInfo> all(Checkpoint checkpoint) {
        return checkpoint.weights().names().stream()
                .map(name -> checkpoint.weights().find(name).orElseThrow())
                .toList();
    }

    @Test
    void positionsThatAreNoNumbersAreNamedAlsoWhereTheyAreResampled() throws IOException {
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
    void absurdSizesAreRefused() throws IOException {
        edit("\"hidden_size\": 48", "\"hidden_size\": 2000000000");
        assertFault("hidden_size is 2000000000");
        edit("\"hidden_size\": 2000000000", "\"hidden_size\": 48");
        edit("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 1000000");
        assertFault("num_hidden_layers is 1000000");
        edit("\"num_hidden_layers\": 1000000", "\"num_hidden_layers\": 3");
        edit("\"image_size\": 32", "\"image_size\": 1048576");
        assertFault("image_size 1048576x1048576 and patch_size 8x8 make more than 1048576 patches");
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
    void theNormOfAMaskedImageHeadIsNotTheModelsOwn() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("beit", Map.of("use_mean_pooling", false))
                .with("layernorm.weight", 16)
                .with("layernorm.bias", 16);
        float[] own = small.values("layernorm.weight").clone();
        small.with("head", 16);
        Checkpoint checkpoint = Checkpoint.open(
                small.write(folder.resolve("head"), name -> name.equals("head") ? "layernorm.weight" : "beit." + name));
        assertThat(Weights.floats(checkpoint.weights().find("layernorm.weight").orElseThrow()))
                .containsExactly(own);
    }

    @Test
    void labelsAfterAGapKeepTheirNames() throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of("id2label", Map.of("0", "cat", "2", "bird")));
        assertThat(Checkpoint.open(small.write(folder.resolve("gap"))).config().labels())
                .containsExactly("cat", "LABEL_1", "bird");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("No weights in " + folder)
                .hasMessageContaining("model.safetensors.index.json");
        Files.delete(folder.resolve("config.json"));
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .hasMessageContaining("No file " + folder.resolve("config.json"));
        assertThatThrownBy(() -> Checkpoint.open(folder.resolve("nowhere")))
                .hasMessageContaining("No checkpoint folder " + folder.resolve("nowhere"));
    }

    @Test
    void everyTensorThatDoesNotFitIsListed() throws IOException {
        edit("\"intermediate_size\": 96", "\"intermediate_size\": 64");
        assertThatThrownBy(() -> print(folder, "last_hidden_state"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("encoder.layer.0.intermediate.dense.weight has shape [96, 48], [64, 48] expected")
                .hasMessageContaining("encoder.layer.2.output.dense.weight has shape [48, 96], [48, 64] expected");
        assertThatThrownBy(() -> print(folder, "last_hidden_state")).hasMessageNotContaining("more. Take");
        edit("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 900");
        assertThatThrownBy(() -> print(folder, "last_hidden_state")).hasMessageContaining("; and 14349 more. Take");
        edit("\"num_hidden_layers\": 900", "\"num_hidden_layers\": 4");
        assertThatThrownBy(() -> print(folder, "last_hidden_state"))
                .hasMessageContaining("encoder.layer.3.layernorm_before.weight is missing");
    }

    @Test
    void tensorsThatNothingReadsAreNoticed() throws IOException {
        assertThat(OnnxModel.unusedTensors(Checkpoint.open(folder))).isEmpty();
        assertThat(OnnxModel.unusedTensors(Checkpoint.open(CHECKPOINTS.resolve("vit-cls"))))
                .isEmpty();
        edit("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2");
        assertThat(OnnxModel.unusedTensors(Checkpoint.open(folder)))
                .hasSize(16)
                .allMatch(name -> name.startsWith("encoder.layer.2."));
    }

    @Test
    void wrongConfigsAreRefusedByKey() throws IOException {
        edit("\"num_attention_heads\": 4", "\"num_attention_heads\": 5");
        assertFault("hidden_size 48 is not divisible by num_attention_heads 5");
        edit("\"num_attention_heads\": 5", "\"num_attention_heads\": 0");
        assertFault("num_attention_heads is 0");
        edit("\"num_attention_heads\": 0", "\"num_attention_heads\": 4");
        edit("\"patch_size\": 8", "\"patch_size\": 64");
        assertFault("patch_size 64x64 is larger than image_size 32x32");
        edit("\"patch_size\": 64", "\"patch_size\": 8");
        edit("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelou\"");
        assertFault("Unknown activation 'gelou' for hidden_act");
        edit("\"gelou\"", "\"gelu\"");
        edit("\"model_type\": \"vit\"", "\"model_type\": \"resnet\"");
        assertFault("model_type is 'resnet'");
        assertFault(
                "supported: vit, vit_msn, vit_mae, ijepa, deit, beit, data2vec-vision, dinov2, dinov2_with_registers,"
                        + " dinov3_vit.");
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": ");
        assertFault("is not JSON (line 1");
    }

    @Test
    void theFingerprintFollowsTheContentsAndNotThePlace() throws IOException {
        String original = Fingerprint.of(CHECKPOINTS.resolve("vit-tiny-a"));
        assertThat(original).hasSize(64).isEqualTo(Fingerprint.of(folder));
        edit("1e-12", "1e-11");
        assertThat(Fingerprint.of(folder)).isNotEqualTo(original);
    }

    private void assertFault(String fault) {
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining(folder.resolve("config.json").toString());
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
