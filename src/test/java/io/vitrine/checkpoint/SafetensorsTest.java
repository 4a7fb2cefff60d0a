package io.vitrine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsTest {
    @TempDir
    private Path folder;

    @Test
    void readsTensorsInTheOrderOfTheirBytes() throws IOException {
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
    void refusesAFileWithoutHeader() throws IOException {
        assertFault(Files.write(folder.resolve("w"), new byte[5]), "it has 5 bytes");
    }

    @Test
    void refusesACutHeader() throws IOException {
        Path whole = write("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
        Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(Files.readAllBytes(whole), 30));
        assertFault(cut, "the header is cut off");
    }

    @Test
    void refusesAHeaderOfAbsurdSize() throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(-1);
        assertFault(Files.write(folder.resolve("w"), bytes.array()), "claims 18446744073709551615 bytes; the limit is");
    }

    @Test
    void refusesWhatIsNotJson() throws IOException {
        assertFault(write("{\"a\": nothing}", 0), "its header is not JSON");
        assertFault(write("[1]", 0), "not a JSON object");
    }

    @Test
    void refusesOneNameTwice() throws IOException {
        String tensor = "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
        assertFault(write("{" + tensor + "," + tensor + "}", 1), "Duplicate field 'a'");
    }

    @Test
    void refusesOverlappingOffsets() throws IOException {
        assertFault(
                write(
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
                        12),
                "tensor b overlaps the one before it (it starts at byte 4 of the data, 8 expected)");
    }

    @Test
    void refusesGapsAndSpareBytes() throws IOException {
        assertFault(write("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8), "leaves a gap");
        assertFault(
                write("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8),
                "its tensors take 4 bytes of data, but the file holds 8");
    }

    @Test
    void refusesOffsetsPastTheEnd() throws IOException {
        assertFault(write("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 8), "file holds 8");
    }

    @Test
    void refusesAShapeThatDoesNotFitItsBytes() throws IOException {
        assertFault(
                write("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8),
                "tensor a of shape [3] and dtype F32 needs 12 bytes, but its data_offsets are [0, 8]");
    }

    @Test
    void refusesSizesThatOverflow() throws IOException {
        assertFault(
                write("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", 0),
                "overflows 64 bits");
        assertFault(write("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,0]}}", 0), "the dimension -1");
    }

    @Test
    void refusesUnknownTypes() throws IOException {
        assertFault(
                write("{\"a\":{\"dtype\":\"F8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1), "the unknown dtype F8");
    }

    private Path write(String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        return Files.write(folder.resolve("weights.safetensors"), bytes.array());
    }

    private static void assertFault(Path file, String fault) {
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("Damaged safetensors file " + file)
                .hasMessageContaining(fault)
                .hasMessageContaining("fetch it again");
    }
}
