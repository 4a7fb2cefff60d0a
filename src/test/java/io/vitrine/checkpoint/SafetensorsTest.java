package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ModelException;
import io.vitrine.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SafetensorsTest {
    @TempDir
    private Path folder;

    @Test
    void tensorsComeInTheOrderOfTheirBytes() throws IOException {
        Path file = write(
                "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[8,14]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
                14);
        List<TensorInfo> tensors = Safetensors.read(file);
        assertThat(tensors).extracting(TensorInfo::name).containsExactly("a", "b");
        assertThat(tensors.get(0).shape()).containsExactly(1L, 2L);
        assertThat(tensors.get(1).elements()).isEqualTo(3);
        assertThat(tensors.get(1).offset()).isEqualTo(Files.size(file) - 6);
    }

    @Test
    void aFileWithoutHeaderIsRefused() throws IOException {
        assertRefused(Files.write(folder.resolve("w"), new byte[5]), "it has 5 bytes");
    }

    @Test
    void aCutHeaderIsRefused() throws IOException {
        Path whole = write("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(Files.readAllBytes(whole), 30));
        assertRefused(cut, "the header is cut off");
    }

    @Test
    void aHeaderOfAbsurdSizeIsRefused() throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(-1);
        assertRefused(
                Files.write(folder.resolve("w"), bytes.array()), "claims 18446744073709551615 bytes; the limit is");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damagedHeaders")
    void aDamagedHeaderIsRefused(String what, String header, int data, String fault) throws IOException {
        assertRefused(write(header, data), fault);
    }

    static Stream<Arguments> damagedHeaders() {
        String one = "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
        return Stream.of(
                Arguments.of("not JSON", "{\"a\": nothing}", 0, "its header is not JSON"),
                Arguments.of("not an object", "[1]", 0, "not a JSON object"),
                Arguments.of("a name twice", "{" + one + "," + one + "}", 1, "Duplicate field 'a'"),
                Arguments.of(
                        "overlapping offsets",
                        "{" + tensor("a", "F32", "[2]", 0, 8) + "," + tensor("b", "F32", "[2]", 4, 12) + "}",
                        12,
                        "tensor b overlaps the one before it (it starts at byte 4 of the data, 8 expected)"),
                Arguments.of("a gap", "{" + tensor("a", "F32", "[1]", 4, 8) + "}", 8, "leaves a gap"),
                Arguments.of(
                        "spare bytes",
                        "{" + tensor("a", "F32", "[1]", 0, 4) + "}",
                        8,
                        "its tensors take 4 bytes of data, but the file holds 8"),
                Arguments.of("offsets past the end", "{" + tensor("a", "F32", "[4]", 0, 16) + "}", 8, "file holds 8"),
                Arguments.of(
                        "a shape that does not fit its bytes",
                        "{" + tensor("a", "F32", "[3]", 0, 8) + "}",
                        8,
                        "tensor a of shape [3] and dtype F32 needs 12 bytes, but its data_offsets are [0, 8]"),
                Arguments.of(
                        "a size that overflows",
                        "{" + tensor("a", "F32", "[4611686018427387904,4]", 0, 0) + "}",
                        0,
                        "overflows 64 bits"),
                Arguments.of(
                        "a negative dimension", "{" + tensor("a", "F32", "[-1]", 0, 0) + "}", 0, "the dimension -1"),
                Arguments.of("an unknown type", "{" + tensor("a", "F8", "[1]", 0, 1) + "}", 1, "the unknown dtype F8"));
    }

    @Test
    void aFileThatCannotBeReadIsAFaultOfStorage() {
        assertThatThrownBy(() -> Safetensors.read(folder.resolve("nowhere")))
                .isInstanceOf(StorageException.class)
                .hasMessage("Cannot read the weights " + folder.resolve("nowhere")
                        + ": it does not exist. Check the path.");
    }

    private static String tensor(String name, String dtype, String shape, int begin, int end) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + ","
                + end + "]}";
    }

    private Path write(String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        return Files.write(folder.resolve("weights.safetensors"), bytes.array());
    }

    private static void assertRefused(Path file, String fault) {
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("Damaged safetensors file " + file)
                .hasMessageContaining(fault)
                .hasMessageContaining("fetch it again");
    }
}
