package io.vitrine.convert;

import io.vitrine.checkpoint.SmallCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Flax files that are damaged, or claim more than they hold, are refused. */
final class HostileFlaxTest {
    private final SmallCheckpoint vit = SmallCheckpoint.of("vit", Map.of());

    @TempDir
    private Path folder;

    @TempDir
    private Path cache;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.0001, 0.01, 0.5, 0.9999})
    void aFlaxFileThatIsCutIsRefused(double part) throws IOException {
        Path file = folder.resolve("whole");
        FlaxFiles.write(vit, FlaxFiles.Heads.MERGED, file);
        byte[] whole = Files.readAllBytes(file);
        assertRefused(Arrays.copyOf(whole, (int) (whole.length * part)), "Damaged Flax file");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileFlaxFiles")
    void aDamagedOrHostileFlaxFileIsRefused(String what, byte[] contents, String fault) throws IOException {
        assertRefused(contents, fault);
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

    private static byte[] map(String name, byte[] array) throws IOException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(1).packString(name);
            packer.packExtensionTypeHeader((byte) 1, array.length).writePayload(array);
            return packer.toByteArray();
        }
    }

    private void assertRefused(byte[] contents, String fault) throws IOException {
        vit.writeConfig(folder);
        Path file = Files.write(folder.resolve("flax_model.msgpack"), contents);
        FinishedConversions.assertRefused(file, cache, fault);
    }
}
