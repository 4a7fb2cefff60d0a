package io.vitrine.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.checkpoint.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** PyTorch and Flax weights become the same safetensors; what is no weight is refused, with nothing executed. */
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
        assertHoldsTheTensors(Conversion.folder(folder, cache), vit);
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
        assertHoldsTheTensors(Conversion.folder(folder, cache), vit);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFlaxFileHoldsTheSameTensorsInItsOwnLayout(boolean heads) throws IOException {
        for (String modelType : List.of("vit", "beit")) {
            SmallCheckpoint small = SmallCheckpoint.of(modelType, Map.of());
            Path own = folder.resolve(modelType + heads);
            small.writeConfig(own);
            FlaxFiles.write(small, heads, own.resolve("flax_model.msgpack"));
            assertHoldsTheTensors(Conversion.folder(own, cache), small);
        }
    }

    @Test
    void aViewThatIsNotContiguousIsGathered() throws IOException {
        vit.writeConfig(folder);
        float[] storage = {0, 1, 2, 3, 4, 5, 6, 7};
        TorchFile torch = new TorchFile()
                .tensor("transposed", storage, List.of(3, 2), List.of(1, 3))
                .tensor("half", storage, List.of(2, 2), List.of(4, 2));
        Files.write(folder.resolve("pytorch_model.bin"), torch.finish(ZipEntry.STORED));
        Checkpoint checkpoint = Checkpoint.open(Conversion.folder(folder, cache));
        assertThat(floats(checkpoint, "transposed")).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(floats(checkpoint, "half")).containsExactly(0, 2, 4, 6);
    }

    @Test
    void safetensorsArePreferredAndAConversionIsMadeOnce() throws IOException {
        vit.write(folder);
        TorchFile.write(vit, List.of("embeddings.cls_token"), folder.resolve("pytorch_model.bin"));
        assertThat(Conversion.folder(folder, cache)).isEqualTo(folder);
        Files.delete(folder.resolve("model.safetensors"));

        Path made = Conversion.folder(folder, cache);
        assertThat(made).startsWith(cache);
        var time = Files.getLastModifiedTime(made.resolve("model.safetensors"));
        assertThat(Conversion.folder(folder, cache)).isEqualTo(made);
        assertThat(Files.getLastModifiedTime(made.resolve("model.safetensors"))).isEqualTo(time);

        Files.write(made.resolve("model.safetensors"), new byte[9]); // damaged in the cache: made again
        assertThat(Checkpoint.open(Conversion.folder(folder, cache)).weights().names())
                .containsExactly("embeddings.cls_token");
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
                        "a storage called",
                        new TorchFile()
                                .string("w")
                                .global("torch", "FloatStorage")
                                .raw(")R"),
                        "calls something that is no function"),
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
                        "a string without an end",
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
                Arguments.of("a memory of nothing", new TorchFile().raw("h\u0099"), "remembers nothing under 153"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostilePickles")
    void aPickleThatIsMoreThanTensorsIsRefused(String what, TorchFile torch, String fault) throws IOException {
        vit.writeConfig(folder);
        Path file = folder.resolve("pytorch_model.bin");
        Files.write(file, torch.finish(ZipEntry.STORED));
        assertThatThrownBy(() -> Conversion.folder(folder, cache))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining(file.toString());
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void aCompressedEntryIsRefusedSoThatNothingGrows() throws IOException {
        vit.writeConfig(folder);
        TorchFile bomb = new TorchFile().tensor("w", new float[1 << 20], List.of(1 << 20), List.of(1));
        byte[] zip = bomb.finish(ZipEntry.DEFLATED);
        assertThat(zip.length).isLessThan(1 << 14); // 4 MiB of zeros
        Files.write(folder.resolve("pytorch_model.bin"), zip);
        assertThatThrownBy(() -> Conversion.folder(folder, cache))
                .hasMessageContaining("is compressed, which PyTorch never does");
    }

    @Test
    void otherFilesAreNamedForWhatTheyAre() throws IOException {
        vit.writeConfig(folder);
        Path file = folder.resolve("pytorch_model.bin");
        Files.write(file, new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, '.'});
        assertThatThrownBy(() -> Conversion.folder(folder, cache)).hasMessageContaining("before version 1.6");
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1");
        assertThatThrownBy(() -> Conversion.folder(folder, cache)).hasMessageContaining("is not a PyTorch file");
        byte[] whole = new TorchFile()
                .tensor("w", new float[64], List.of(64), List.of(1))
                .finish(ZipEntry.STORED);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> Conversion.folder(folder, cache)).hasMessageContaining("not fully copied");
    }

    @Test
    void aDamagedOrHostileFlaxFileIsRefusedWithinBounds() throws IOException {
        vit.writeConfig(folder);
        Path file = folder.resolve("flax_model.msgpack");
        FlaxFiles.write(vit, false, file);
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 40, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertFlaxFault("Damaged Flax file");
        }
        Files.write(file, new byte[] {(byte) 0xdf, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff});
        assertFlaxFault("claims a length of 4294967295");
        Files.write(file, new byte[] {(byte) 0xdf, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff});
        assertFlaxFault("a map claims 16777215 entries");
        Files.write(file, new byte[] {(byte) 0x81, (byte) 0xdb, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff});
        assertFlaxFault("Damaged Flax file");
        byte[] deep = new byte[4000];
        Arrays.fill(deep, (byte) 0x81); // a map of one entry,
        for (int i = 1; i < deep.length; i += 2) {
            deep[i] = (byte) 0xa0; // whose key is empty and whose value is such a map
        }
        Files.write(file, deep);
        assertFlaxFault("nested more than 32 deep");
        Files.write(file, one("w", FlaxFiles.array(List.of(1 << 30, 1 << 30), "float32", new byte[8])));
        assertFlaxFault("w of shape [1073741824, 1073741824] and type F32 has 8 bytes");
        Files.write(file, one("w", FlaxFiles.array(List.of(1), "complex64", new byte[8])));
        assertFlaxFault("w is of type complex64");
        Files.write(file, one("w", FlaxFiles.array(List.of(-2, -3), "float32", new byte[24])));
        assertFlaxFault("w has the dimension -2");
        Files.write(file, one("params", FlaxFiles.array(List.of(1), "float32", new byte[4])));
        assertFlaxFault("'params' is an array");
        Files.write(file, new byte[] {(byte) 0x81, (byte) 0xa1, 'w', 7});
        assertFlaxFault("w is neither an array nor a map, but INTEGER");
        assertThat(leftovers()).isEmpty();
    }

    private void assertFlaxFault(String fault) {
        assertThatThrownBy(() -> Conversion.folder(folder, cache))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(fault)
                .hasMessageContaining(folder.resolve("flax_model.msgpack").toString());
    }

    private static byte[] one(String name, byte[] array) throws IOException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(1).packString(name);
            packer.packExtensionTypeHeader((byte) 1, array.length).writePayload(array);
            return packer.toByteArray();
        }
    }

    /** Finished folders in the cache. */
    private List<Path> leftovers() throws IOException {
        try (Stream<Path> paths = Files.list(cache)) {
            return paths.filter(path -> Files.exists(path.resolve(".fingerprint")))
                    .toList();
        }
    }

    private static void assertHoldsTheTensors(Path converted, SmallCheckpoint small) {
        Checkpoint checkpoint = Checkpoint.open(converted);
        List<String> names = new ArrayList<>(checkpoint.weights().names());
        Collections.sort(names);
        assertThat(names)
                .containsExactlyElementsOf(
                        small.shapes().keySet().stream().sorted().toList());
        for (String name : names) {
            assertThat(checkpoint.weights().find(name).orElseThrow().shape())
                    .isEqualTo(small.shapes().get(name).stream()
                            .map(Integer::longValue)
                            .toList());
            assertThat(floats(checkpoint, name)).as(name).containsExactly(small.values(name));
        }
    }

    private static float[] floats(Checkpoint checkpoint, String name) {
        return Weights.floats(checkpoint.weights().find(name).orElseThrow());
    }
}
