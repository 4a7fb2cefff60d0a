package io.vitrine.soak;

import static io.vitrine.soak.HostileCheckpoint.WEIGHTS;
import static io.vitrine.soak.HostileCheckpoint.harmless;
import static io.vitrine.soak.HostileCheckpoint.joined;
import static io.vitrine.soak.HostileCheckpoint.refused;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.soak.HostileCheckpoint.Writer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code model.safetensors} with headers that lie. */
final class HostileSafetensors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FIRST = "classifier.weight";
    private static final String SECOND = "vit.embeddings.cls_token";

    private HostileSafetensors() {}

    /** What a change of the header does. */
    private interface Change {
        void apply(ObjectNode header) throws IOException;
    }

    static List<HostileCheckpoint> all() {
        return List.of(
                length("a header of 2^63 bytes", Long.MIN_VALUE),
                length("a header of 99,999,999 bytes", 99_999_999),
                length("a header of 100,000,001 bytes", 100_000_001),
                length("a header of 0 bytes", 0),
                header("a header nested 100,000 deep", text -> "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)),
                header("a tensor twice", text -> "{\"" + FIRST + "\":" + entry(text) + "," + text.substring(1)),
                header("a header and a second one", text -> text + text),
                header("a header that is a list", text -> "[" + text + "]"),
                header("a header with a byte of UTF-8 alone", text -> text.replaceFirst("\"vit", "\"\u00ffvit")),
                header("a million empty tensors", text -> withEmptyTensors(text, 1_000_000)),
                header(
                        "90,000 dimensions",
                        text -> text.replaceFirst("\"shape\":\\[", "\"shape\":[" + "1,".repeat(90_000))),
                header(
                        "3 million numbers in a shape",
                        text -> text.replaceFirst("\"shape\":\\[", "\"shape\":[" + "1,".repeat(3_000_000))),
                changed("two tensors in one place", header -> ((ObjectNode) header.get(SECOND))
                        .set("data_offsets", header.get(FIRST).get("data_offsets"))),
                changed("a shape that overflows", header -> ((ObjectNode) header.get(FIRST))
                        .set("shape", JSON.readTree("[4611686018427387904, 4]"))),
                changed("a dimension of 2^64 + 4", header -> ((ObjectNode) header.get(FIRST))
                        .set("shape", JSON.readTree("[18446744073709551620, 96]"))),
                changed("a negative dimension", header -> ((ObjectNode) header.get(FIRST))
                        .set("shape", JSON.readTree("[-4, -96]"))),
                changed("a negative offset", header -> ((ObjectNode) header.get(FIRST))
                        .set("data_offsets", JSON.readTree("[-1, 1535]"))),
                changed("an offset of 2^64", header -> ((ObjectNode) header.get(FIRST))
                        .set("data_offsets", JSON.readTree("[0, 18446744073709551616]"))),
                changed("a dtype with control characters", header -> ((ObjectNode) header.get(FIRST))
                        .put("dtype", "\u001b[2J\u0007")),
                refused(
                        "a zip behind the data",
                        folder -> Files.write(
                                folder.resolve(WEIGHTS),
                                joined(
                                        Files.readAllBytes(folder.resolve(WEIGHTS)),
                                        HostileCheckpoint.ascii("PK\5\6" + "\0".repeat(18))))),
                refused("no bytes", folder -> Files.write(folder.resolve(WEIGHTS), new byte[0])),
                refused("weights that are NaN", HostileSafetensors::writeNaN),
                harmless(
                        "metadata of 3 MB",
                        rewritten(text -> "{\"__metadata__\":{\"x\":\"" + "y".repeat(3 << 20) + "\"},"
                                + text.replaceFirst("\"__metadata__\":\\{[^}]*\\},?", "")
                                        .substring(1))));
    }

    private static HostileCheckpoint length(String name, long length) {
        return refused(name, folder -> {
            byte[] file = Files.readAllBytes(folder.resolve(WEIGHTS));
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
            Files.write(folder.resolve(WEIGHTS), file);
        });
    }

    private static HostileCheckpoint header(String name, UnaryOperator<String> change) {
        return refused(name, rewritten(change));
    }

    private static HostileCheckpoint changed(String name, Change change) {
        return refused(name, rewritten(text -> {
            try {
                ObjectNode header = (ObjectNode) JSON.readTree(text);
                change.apply(header);
                return JSON.writeValueAsString(header);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }));
    }

    /** The demo's weights behind another header, in ISO 8859-1. */
    private static Writer rewritten(UnaryOperator<String> change) {
        return folder -> {
            byte[] file = Files.readAllBytes(folder.resolve(WEIGHTS));
            int length =
                    (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
            byte[] header = change.apply(new String(file, 8, length, StandardCharsets.ISO_8859_1).strip())
                    .getBytes(StandardCharsets.ISO_8859_1);
            byte[] prefix = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array();
            Files.write(
                    folder.resolve(WEIGHTS), joined(prefix, header, Arrays.copyOfRange(file, 8 + length, file.length)));
        };
    }

    private static String entry(String header) {
        try {
            return JSON.readTree(header).get(FIRST).toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String withEmptyTensors(String header, int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        "\"" + Integer.toHexString(i) + "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},")
                .collect(Collectors.joining("", "{", header.substring(1)));
    }

    private static void writeNaN(java.nio.file.Path folder) throws IOException {
        byte[] file = Files.readAllBytes(folder.resolve(WEIGHTS));
        Arrays.fill(file, file.length - 4096, file.length, (byte) 0xff);
        Files.write(folder.resolve(WEIGHTS), file);
    }
}
