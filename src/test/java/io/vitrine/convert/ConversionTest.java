package io.vitrine.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.checkpoint.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PyTorch and Flax weights become the same safetensors, once. */
final class ConversionTest {
    private final SmallCheckpoint vit = SmallCheckpoint.of("vit", Map.of());

    @TempDir
    private Path folder;

    @TempDir
    private Path cache;

    @Test
    void aPyTorchFileHoldsTheSameTensors() throws IOException {
        vit.writeConfig(folder);
        TorchFile.write(vit, List.copyOf(vit.shapes().keySet()), folder.resolve("pytorch_model.bin"));
        assertHoldsTheTensors(Conversion.toSafetensors(folder, cache), vit);
    }

    @Test
    void thePreprocessingGoesAlongWhereverItIs() throws IOException {
        vit.writeConfig(folder);
        TorchFile.write(vit, List.copyOf(vit.shapes().keySet()), folder.resolve("pytorch_model.bin"));
        Files.writeString(folder.resolve("processor_config.json"), "{\"image_processor\": {\"size\": 24}}");
        Path nested = Conversion.toSafetensors(folder, cache);
        assertThat(PreprocessorFile.find(nested).file()).isEqualTo(nested.resolve("processor_config.json"));

        Files.delete(folder.resolve("processor_config.json"));
        Files.delete(folder.resolve("preprocessor_config.json"));
        Files.writeString(folder.resolve("config.json"), "{\"pretrained_cfg\": {}}");
        Path timm = Conversion.toSafetensors(folder, cache);
        assertThat(timm).isNotEqualTo(nested);
        assertThat(PreprocessorFile.find(timm).file()).isEqualTo(timm.resolve("config.json"));
    }

    @Test
    void shardsOfPyTorchFilesAreReadThroughTheirIndex() throws IOException {
        vit.writeConfig(folder);
        List<String> names = List.copyOf(vit.shapes().keySet());
        TorchFile.write(vit, names.subList(0, 9), folder.resolve("pytorch_model-00001-of-00002.bin"));
        TorchFile.write(vit, names.subList(9, names.size()), folder.resolve("pytorch_model-00002-of-00002.bin"));
        Files.writeString(
                folder.resolve("pytorch_model.bin.index.json"),
                "{\"weight_map\": {\"a\": \"pytorch_model-00001-of-00002.bin\", \"b\":"
                        + " \"pytorch_model-00002-of-00002.bin\"}}");
        assertHoldsTheTensors(Conversion.toSafetensors(folder, cache), vit);
    }

    @ParameterizedTest
    @CsvSource({"vit, MERGED", "vit, SEPARATE", "beit, MERGED", "beit, SEPARATE"})
    void aFlaxFileHoldsTheSameTensorsInItsOwnLayout(String modelType, FlaxFiles.Heads heads) throws IOException {
        SmallCheckpoint small = SmallCheckpoint.of(modelType, Map.of());
        small.writeConfig(folder);
        FlaxFiles.write(small, heads, folder.resolve("flax_model.msgpack"));
        assertHoldsTheTensors(Conversion.toSafetensors(folder, cache), small);
    }

    @Test
    void aViewThatIsNotContiguousIsGathered() throws IOException {
        vit.writeConfig(folder);
        float[] storage = {0, 1, 2, 3, 4, 5, 6, 7};
        TorchFile torch = new TorchFile()
                .tensor("transposed", storage, List.of(3, 2), List.of(1, 3))
                .tensor("half", storage, List.of(2, 2), List.of(4, 2));
        Files.write(folder.resolve("pytorch_model.bin"), torch.finish(ZipEntry.STORED));
        Checkpoint checkpoint = Checkpoint.open(Conversion.toSafetensors(folder, cache));
        assertThat(floats(checkpoint, "transposed")).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(floats(checkpoint, "half")).containsExactly(0, 2, 4, 6);
    }

    @Test
    void safetensorsArePreferredToPytorch() throws IOException {
        vit.write(folder);
        TorchFile.write(vit, List.of("embeddings.cls_token"), folder.resolve("pytorch_model.bin"));
        assertThat(Conversion.toSafetensors(folder, cache)).isEqualTo(folder);
    }

    @Test
    void aConversionIsMadeOnce() throws IOException {
        Path made = convertOneTensor();
        assertThat(made).startsWith(cache);
        FileTime time = Files.getLastModifiedTime(made.resolve("model.safetensors"));
        assertThat(Conversion.toSafetensors(folder, cache)).isEqualTo(made);
        assertThat(Files.getLastModifiedTime(made.resolve("model.safetensors"))).isEqualTo(time);
    }

    @Test
    void aConversionThatWasDamagedInTheCacheIsMadeAgain() throws IOException {
        Path made = convertOneTensor();
        Files.write(made.resolve("model.safetensors"), new byte[9]);
        assertThat(Checkpoint.open(Conversion.toSafetensors(folder, cache))
                        .weights()
                        .tensorNames())
                .containsExactly("embeddings.cls_token");
    }

    private Path convertOneTensor() throws IOException {
        vit.writeConfig(folder);
        TorchFile.write(vit, List.of("embeddings.cls_token"), folder.resolve("pytorch_model.bin"));
        return Conversion.toSafetensors(folder, cache);
    }

    @Test
    void aCacheThatCannotBeWrittenIsAFaultOfStorage() throws IOException {
        vit.writeConfig(folder);
        TorchFile.write(vit, List.of("embeddings.cls_token"), folder.resolve("pytorch_model.bin"));
        Path file = Files.writeString(cache.resolve("file"), "not a folder");
        assertThatThrownBy(() -> Conversion.toSafetensors(folder, file))
                .isInstanceOf(StorageException.class)
                .hasMessageStartingWith("Cannot convert the weights of " + folder + " in " + file + ": ");
    }

    private static void assertHoldsTheTensors(Path converted, SmallCheckpoint small) {
        Checkpoint checkpoint = Checkpoint.open(converted);
        List<String> names = new ArrayList<>(checkpoint.weights().tensorNames());
        Collections.sort(names);
        assertThat(names)
                .containsExactlyElementsOf(
                        small.shapes().keySet().stream().sorted().toList());
        for (String name : names) {
            assertThat(checkpoint.weights().tensor(name).orElseThrow().shape())
                    .isEqualTo(small.shapes().get(name).stream()
                            .map(Integer::longValue)
                            .toList());
            assertThat(floats(checkpoint, name)).as(name).containsExactly(small.values(name));
        }
    }

    private static float[] floats(Checkpoint checkpoint, String name) {
        return Weights.floats(checkpoint.weights().tensor(name).orElseThrow());
    }
}
