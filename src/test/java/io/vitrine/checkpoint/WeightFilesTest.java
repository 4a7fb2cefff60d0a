package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WeightFilesTest {
    private static final Path SHARDED = Path.of("src/test/resources/oracle/checkpoints/vit-sharded");
    private static final String SHARD = "model-00003-of-00004.safetensors";

    @TempDir
    private Path folder;

    private Path sharded;

    @BeforeEach
    void copy() {
        sharded = folder.resolve("models--a--b/snapshots/c0ffee");
        Folders.copy(SHARDED, sharded);
    }

    @ParameterizedTest
    @CsvSource({
        "model.safetensors pytorch_model.bin, model.safetensors",
        "pytorch_model.bin model.safetensors.index.json, model.safetensors.index.json",
        "flax_model.msgpack pytorch_model.bin.index.json, pytorch_model.bin.index.json",
        "flax_model.msgpack README.md, flax_model.msgpack"
    })
    void safetensorsComeBeforePytorchAndFlax(String files, String preferred) {
        Set<String> names = Set.of(files.split(" "));
        assertThat(WeightFiles.preferred(names::contains, () -> names)).isEqualTo(Optional.of(preferred));
    }

    @ParameterizedTest
    @CsvSource({
        "dinov2_vits14_pretrain.pth, dinov2_vits14_pretrain.pth",
        "dino.pth ._dino.pth sub/other.pth rng_state.pth rng_state_1.pth notes.pth.txt, dino.pth",
        "flax_model.msgpack dino.pth, flax_model.msgpack",
        "dino.pth optimizer.pth scheduler.pth scaler.pth optimizer_0.pth, dino.pth",
        "a.pth b.pth,",
        "stray.pth adapter_config.json adapter_model.safetensors,",
        "stray.pth vit.Q8_0.gguf,",
        "dino.pth onnx/model.onnx, dino.pth",
        "stray.pth tf_model.h5,",
        "tf_model.h5 optimizer.pth,",
        "..\\a.pth,",
        ".pth,"
    })
    void aSinglePthFileCountsWhereNoneOfTheKnownNamesIsThere(String files, String preferred) {
        List<String> names = List.of(files.split(" "));
        assertThat(WeightFiles.preferred(names::contains, () -> names)).isEqualTo(Optional.ofNullable(preferred));
    }

    @Test
    void aSinglePthFileIsPytorchsWhateverItsName() throws IOException {
        Path hub = Files.createDirectory(folder.resolve("hub"));
        Path first = Files.createFile(hub.resolve("dinov2_vits14_pretrain.pth"));
        assertThat(WeightFiles.find(hub))
                .isEqualTo(new WeightFiles(WeightFiles.Format.PYTORCH, Optional.empty(), List.of(first)));
        Files.createFile(hub.resolve("dinov2_vits14_linear_head.pth"));
        assertThatThrownBy(() -> WeightFiles.find(hub))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("a single .pth file is there")
                .hasMessageContaining(
                        "It holds 2 .pth files (dinov2_vits14_linear_head.pth, dinov2_vits14_pretrain.pth),"
                                + " and nothing says which of them is the model. Give a copy of the checkpoint with that one alone.");
    }

    @Test
    void aPthFileBesideAnotherFormOfWeightsIsNotTaken() throws IOException {
        Path both = Files.createDirectory(folder.resolve("both"));
        Files.createFile(both.resolve("stray.pth"));
        Files.createFile(both.resolve("adapter_model.safetensors"));
        assertThatThrownBy(() -> WeightFiles.find(both))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("adapter_model.safetensors is a PEFT adapter")
                .hasMessageContaining(
                        "If the model is in its stray.pth, give a copy of the checkpoint with that file as its only weights.");
    }

    @Test
    void shardsAreFoundThroughTheirIndex() {
        assertThat(WeightFiles.find(sharded).files()).hasSize(4);
        assertThat(Checkpoint.open(sharded).weights().has("pooler.dense.weight"))
                .isTrue();
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        Files.delete(sharded.resolve(SHARD));
        assertThatThrownBy(() -> Checkpoint.open(sharded))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("names the shard " + SHARD)
                .hasMessageContaining("Copy every shard");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../other/model.safetensors", "/etc/passwd", ".hidden", "a b"})
    void aShardThatIsNotAPlainFileNameIsRefused(String name) throws IOException {
        Files.writeString(
                sharded.resolve("model.safetensors.index.json"), "{\"weight_map\": {\"a\": \"" + name + "\"}}");
        assertThatThrownBy(() -> Checkpoint.open(sharded))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("names the shard '" + name + "', which is not a plain file name");
    }

    @Test
    void anIndexWithoutWeightMapIsRefused() throws IOException {
        Files.writeString(sharded.resolve("model.safetensors.index.json"), "{}");
        assertThatThrownBy(() -> Checkpoint.open(sharded)).hasMessageContaining("has no weight_map");
    }

    @Test
    void aShardThatLinksOutOfTheCheckpointIsRefused(@TempDir Path elsewhere) throws IOException {
        Path shard = sharded.resolve(SHARD);
        Path moved = Files.move(shard, elsewhere.resolve("shard.safetensors"));
        Files.createSymbolicLink(shard, moved);
        assertThatThrownBy(() -> Checkpoint.open(sharded))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is a link to " + moved.toRealPath() + ", outside the checkpoint");
    }

    @Test
    void aShardMayLinkToTheBlobsOfTheHubsCache() throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("models--a--b/blobs"));
        Path shard = sharded.resolve(SHARD);
        Files.move(shard, blobs.resolve("abc"));
        Files.createSymbolicLink(shard, Path.of("../../blobs/abc"));
        assertThat(Checkpoint.open(sharded).hasPooler()).isTrue();
    }
}
