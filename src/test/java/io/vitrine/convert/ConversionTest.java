package io.vitrine.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.StorageException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.checkpoint.Weights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** PyTorch and Flax weights become the same safetensors. Files with anything but weights are refused; nothing in them is executed. */
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

    static Stream<Arguments> hostilePickles() {
        return Stream.of(
                Arguments.of(
                        "os.system",
                        new TorchFile().string("w").global("os", "system").raw("(X\4\0\0\0trueteR"),
                        "asks for the Python object 'os.system'"),
                Arguments.of(
                        "eval in builtins", new TorchFile().string("w").global("builtins", "eval"), "'builtins.eval'"),
                Arguments.of(
                        "a global from the stack",
                        new TorchFile()
                                .string("w")
                                .string("posix")
                                .string("system")
                                .raw("\u0093"),
                        "'posix.system'"),
                Arguments.of(
                        "the old instance operation",
                        new TorchFile().string("w").raw("(ios\nsystem\n"),
                        "operation 0x69"),
                Arguments.of(
                        "a storage that is called",
                        new TorchFile()
                                .string("w")
                                .global("torch", "FloatStorage")
                                .raw(")R"),
                        "calls something that is not a function"),
                Arguments.of(
                        "a tensor beyond its storage",
                        new TorchFile()
                                .string("w")
                                .view("FloatStorage", 0, 4, 2, List.of(3), List.of(1))
                                .storage(new byte[16]),
                        "does not fit its storage"),
                Arguments.of(
                        "a tensor of 2^62 bytes",
                        new TorchFile()
                                .string("w")
                                .view("FloatStorage", 0, 4, 0, List.of(1 << 30, 1 << 30), List.of(0, 0))
                                .storage(new byte[16]),
                        "take more than"),
                Arguments.of(
                        "a size that overflows",
                        new TorchFile()
                                .string("w")
                                .view("FloatStorage", 0, 4, 0, List.of(1 << 30, 1 << 30, 1 << 30), List.of(0, 0, 0))
                                .storage(new byte[16]),
                        "does not fit its storage"),
                Arguments.of(
                        "a storage that is not there",
                        new TorchFile().string("w").view("FloatStorage", 7, 4, 0, List.of(4), List.of(1)),
                        "has no entry archive/data/7"),
                Arguments.of(
                        "a storage larger than its entry",
                        new TorchFile()
                                .string("w")
                                .view("FloatStorage", 0, 100, 0, List.of(4), List.of(1))
                                .storage(new byte[16]),
                        "claims a storage of 100 elements"),
                Arguments.of(
                        "a string longer than the file",
                        new TorchFile().raw("X\u00ff\u00ff\u00ff\u007f"),
                        "a string of 2147483647"),
                Arguments.of(
                        "a shape of nine dimensions",
                        new TorchFile()
                                .string("w")
                                .view(
                                        "FloatStorage",
                                        0,
                                        4,
                                        0,
                                        List.of(1, 1, 1, 1, 1, 1, 1, 1, 1),
                                        List.of(1, 1, 1, 1, 1, 1, 1, 1, 1))
                                .storage(new byte[16]),
                        "more than 8 dimensions"),
                Arguments.of(
                        "a dictionary made from values",
                        new TorchFile()
                                .string("w")
                                .global("collections", "OrderedDict")
                                .raw("(]tR"),
                        "makes a dictionary from values"),
                Arguments.of("an append to a tuple", new TorchFile().string("w").raw(")Na"), "is damaged"),
                Arguments.of(
                        "no storage where one belongs",
                        new TorchFile()
                                .string("w")
                                .global("torch._utils", "_rebuild_tensor_v2")
                                .raw("(NNNNtR"),
                        "is damaged"),
                Arguments.of("nothing on the stack", new TorchFile().raw("tttt"), "is damaged"),
                Arguments.of(
                        "a value that was never remembered",
                        new TorchFile().raw("h\u0099"),
                        "remembers nothing under 153"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostilePickles")
    void aPickleOfMoreThanTensorsIsRefused(String what, TorchFile torch, String fault) throws IOException {
        vit.writeConfig(folder);
        Path file = folder.resolve("pytorch_model.bin");
        Files.write(file, torch.finish(ZipEntry.STORED));
        assertThatThrownBy(() -> Conversion.toSafetensors(folder, cache))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining(file.toString());
        assertThat(finished()).isEmpty();
    }

    @Test
    void aCompressedEntryIsRefused() throws IOException {
        vit.writeConfig(folder);
        TorchFile bomb = new TorchFile().tensor("w", new float[1 << 20], List.of(1 << 20), List.of(1));
        byte[] zip = bomb.finish(ZipEntry.DEFLATED);
        assertThat(zip.length).isLessThan(1 << 14); // 4 MiB of zeros
        Files.write(folder.resolve("pytorch_model.bin"), zip);
        assertThatThrownBy(() -> Conversion.toSafetensors(folder, cache))
                .hasMessageContaining("is compressed, which PyTorch never does");
    }

    @Test
    void aFileFromBeforePytorch16IsNamed() throws IOException {
        byte[] legacy = {(byte) 0x80, 2, (byte) 0x8a, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, '.'};
        assertPytorchFault(legacy, "before version 1.6");
    }

    @Test
    void aPointerOfGitLfsIsNotAPytorchFile() throws IOException {
        byte[] pointer = "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8);
        assertPytorchFault(pointer, "is not a PyTorch file");
    }

    @Test
    void aPytorchFileThatIsCutIsNamed() throws IOException {
        byte[] whole = new TorchFile()
                .tensor("w", new float[64], List.of(64), List.of(1))
                .finish(ZipEntry.STORED);
        assertPytorchFault(Arrays.copyOf(whole, whole.length / 2), "not fully copied");
    }

    private void assertPytorchFault(byte[] contents, String fault) throws IOException {
        vit.writeConfig(folder);
        Files.write(folder.resolve("pytorch_model.bin"), contents);
        assertThatThrownBy(() -> Conversion.toSafetensors(folder, cache))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(fault);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.0001, 0.01, 0.5, 0.9999})
    void aFlaxFileThatIsCutIsRefused(double part) throws IOException {
        Path file = folder.resolve("whole");
        FlaxFiles.write(vit, FlaxFiles.Heads.MERGED, file);
        byte[] whole = Files.readAllBytes(file);
        assertFlaxFault(Arrays.copyOf(whole, (int) (whole.length * part)), "Damaged Flax file");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileFlaxFiles")
    void aDamagedOrHostileFlaxFileIsRefused(String what, byte[] contents, String fault) throws IOException {
        assertFlaxFault(contents, fault);
    }

    static Stream<Arguments> hostileFlaxFiles() throws IOException {
        byte[] deep = new byte[4000];
        Arrays.fill(deep, (byte) 0x81); // a map of one entry,
        for (int i = 1; i < deep.length; i += 2) {
            deep[i] = (byte) 0xa0; // whose key is empty and whose value is such a map
        }
        return Stream.of(
                Arguments.of(
                        "a map of 2^32 entries",
                        new byte[] {(byte) 0xdf, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                        "claims a length of 4294967295"),
                Arguments.of(
                        "a map of 2^24 entries",
                        new byte[] {(byte) 0xdf, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                        "a map claims 16777215 entries"),
                Arguments.of(
                        "a key of 2^31 bytes",
                        new byte[] {(byte) 0x81, (byte) 0xdb, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                        "Damaged Flax file"),
                Arguments.of("maps in maps", deep, "nested more than 32 deep"),
                Arguments.of(
                        "a shape that does not fit its bytes",
                        map("w", FlaxFiles.array(List.of(1 << 30, 1 << 30), "float32", new byte[8])),
                        "w of shape [1073741824, 1073741824] and type F32 has 8 bytes"),
                Arguments.of(
                        "an unknown type",
                        map("w", FlaxFiles.array(List.of(1), "complex64", new byte[8])),
                        "w is of type complex64"),
                Arguments.of(
                        "a negative dimension",
                        map("w", FlaxFiles.array(List.of(-2, -3), "float32", new byte[24])),
                        "w has the dimension -2"),
                Arguments.of(
                        "an array where a map belongs",
                        map("params", FlaxFiles.array(List.of(1), "float32", new byte[4])),
                        "'params' is an array"),
                Arguments.of(
                        "a number",
                        new byte[] {(byte) 0x81, (byte) 0xa1, 'w', 7},
                        "w is neither an array nor a map, but INTEGER"));
    }

    private void assertFlaxFault(byte[] contents, String fault) throws IOException {
        vit.writeConfig(folder);
        Path file = Files.write(folder.resolve("flax_model.msgpack"), contents);
        assertThatThrownBy(() -> Conversion.toSafetensors(folder, cache))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining(file.toString());
        assertThat(finished()).isEmpty();
    }

    private static byte[] map(String name, byte[] array) throws IOException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(1).packString(name);
            packer.packExtensionTypeHeader((byte) 1, array.length).writePayload(array);
            return packer.toByteArray();
        }
    }

    /** Finished folders in the cache. */
    private List<Path> finished() throws IOException {
        try (Stream<Path> paths = Files.list(cache)) {
            return paths.filter(path -> Files.exists(path.resolve(".fingerprint")))
                    .toList();
        }
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
