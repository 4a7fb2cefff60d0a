package io.vitrine.convert;

import io.vitrine.checkpoint.SmallCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Writes {@code flax_model.msgpack} as Flax does: nested maps, arrays as extensions of type 1, Flax's names and layouts. */
public final class FlaxFiles {
    private FlaxFiles() {}

    /** The shape of attention kernels. */
    public enum Heads {
        /** (in, out). */
        MERGED,
        /** (in, heads, size), as in Google's checkpoints. */
        SEPARATE
    }

    /** Writes a whole checkpoint. */
    public static void write(SmallCheckpoint checkpoint, Heads heads, Path file) throws IOException {
        Map<String, Object> tree = new TreeMap<>();
        for (String name : checkpoint.shapes().keySet()) {
            put(tree, name, array(name, checkpoint.shapes().get(name), checkpoint.values(name), heads));
        }
        Files.write(file, packed(tree));
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Array(List<Integer> shape, float[] values) {}

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> tree, String name, Array array) {
        String flax = name.endsWith(".weight")
                ? name.replaceFirst("weight$", name.contains("norm") ? "scale" : "kernel")
                : name;
        String[] path = flax.split("\\.");
        for (String key : Arrays.copyOf(path, path.length - 1)) {
            tree = (Map<String, Object>) tree.computeIfAbsent(key, k -> new TreeMap<String, Object>());
        }
        tree.put(path[path.length - 1], array);
    }

    private static Array array(String name, List<Integer> s, float[] values, Heads heads) {
        int size = SmallCheckpoint.HIDDEN / SmallCheckpoint.HEADS;
        boolean attention = heads == Heads.SEPARATE && name.contains(".attention.");
        if (name.endsWith(".weight") && s.size() == 4) { // OIHW to HWIO
            float[] out = new float[values.length];
            int at = 0;
            for (int y = 0; y < s.get(2); y++) {
                for (int x = 0; x < s.get(3); x++) {
                    for (int i = 0; i < s.get(1); i++) {
                        for (int o = 0; o < s.get(0); o++) {
                            out[at++] = values[((o * s.get(1) + i) * s.get(2) + y) * s.get(3) + x];
                        }
                    }
                }
            }
            return new Array(List.of(s.get(2), s.get(3), s.get(1), s.get(0)), out);
        }
        if (name.endsWith(".weight") && s.size() == 2) {
            float[] out = new float[values.length];
            for (int o = 0; o < s.get(0); o++) {
                for (int i = 0; i < s.get(1); i++) {
                    out[i * s.get(0) + o] = values[o * s.get(1) + i];
                }
            }
            List<Integer> shape = List.of(s.get(1), s.get(0));
            if (attention) {
                shape = name.contains("output")
                        ? List.of(SmallCheckpoint.HEADS, size, s.get(0))
                        : List.of(s.get(1), SmallCheckpoint.HEADS, size);
            }
            return new Array(shape, out);
        }
        boolean headBias = attention && name.endsWith(".bias") && !name.contains("output");
        return new Array(headBias ? List.of(SmallCheckpoint.HEADS, size) : s, values);
    }

    private static byte[] packed(Map<String, Object> tree) throws IOException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            pack(packer, tree);
            return packer.toByteArray();
        }
    }

    @SuppressWarnings("unchecked")
    private static void pack(MessageBufferPacker packer, Map<String, Object> tree) throws IOException {
        packer.packMapHeader(tree.size());
        for (Map.Entry<String, Object> entry : tree.entrySet()) {
            packer.packString(entry.getKey());
            if (entry.getValue() instanceof Array array) {
                byte[] content = array(array.shape(), "float32", SmallCheckpoint.bytes(array.values()));
                packer.packExtensionTypeHeader((byte) 1, content.length).writePayload(content);
            } else {
                pack(packer, (Map<String, Object>) entry.getValue());
            }
        }
    }

    /** The payload of an array. */
    static byte[] array(List<Integer> shape, String dtype, byte[] values) throws IOException {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packArrayHeader(3).packArrayHeader(shape.size());
            for (int size : shape) {
                packer.packInt(size);
            }
            packer.packString(dtype).packBinaryHeader(values.length).writePayload(values);
            return packer.toByteArray();
        }
    }
}
