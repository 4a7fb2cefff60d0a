package io.vitrine.bench;

import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A ViT-Base/16 with a pooler, its weights random: it answers nonsense at the cost of the real one. */
final class RandomCheckpoint {
    private static final int HIDDEN = 768;
    private static final int LAYERS = 12;
    private static final int MLP = 3072;

    private RandomCheckpoint() {}

    /** Writes config.json, preprocessor_config.json and model.safetensors (346 MB) to {@code folder}, if not there yet. */
    static Path write(Path folder) throws IOException {
        if (Files.exists(folder.resolve("config.json"))) { // written last
            return folder;
        }
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": 224, \"resample\": 2}\n");
        weights(folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"model_type\": \"vit\", \"architectures\": [\"ViTModel\"], \"hidden_size\": 768,"
                        + " \"num_hidden_layers\": 12, \"num_attention_heads\": 12, \"intermediate_size\": 3072,"
                        + " \"image_size\": 224, \"patch_size\": 16}\n");
        return folder;
    }

    private static void weights(Path file) throws IOException {
        Random random = new Random(1);
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        shapes().forEach((name, shape) -> entries.add(new SafetensorsWriter.Entry(
                name,
                DType.F32,
                shape.stream().map(Integer::longValue).toList(),
                out -> out.write(values(name, elements(shape), random)))));
        SafetensorsWriter.write(file, entries);
    }

    private static byte[] values(String name, int elements, Random random) {
        boolean scale = name.contains("layernorm") && name.endsWith("weight");
        ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            float uniform = (random.nextFloat() - 0.5f) * 0.07f; // standard deviation 0.02
            bytes.putFloat(scale ? 1 + uniform : uniform);
        }
        return bytes.array();
    }

    private static int elements(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    private static Map<String, List<Integer>> shapes() {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        shapes.put("embeddings.position_embeddings", List.of(1, 197, HIDDEN));
        shapes.put("embeddings.patch_embeddings.projection.weight", List.of(HIDDEN, 3, 16, 16));
        shapes.put("embeddings.patch_embeddings.projection.bias", List.of(HIDDEN));
        for (int i = 0; i < LAYERS; i++) {
            String at = "encoder.layer." + i + ".";
            for (String part : List.of("query", "key", "value")) {
                linear(shapes, at + "attention.attention." + part, HIDDEN, HIDDEN);
            }
            linear(shapes, at + "attention.output.dense", HIDDEN, HIDDEN);
            linear(shapes, at + "intermediate.dense", MLP, HIDDEN);
            linear(shapes, at + "output.dense", HIDDEN, MLP);
            norm(shapes, at + "layernorm_before");
            norm(shapes, at + "layernorm_after");
        }
        norm(shapes, "layernorm");
        linear(shapes, "pooler.dense", HIDDEN, HIDDEN);
        return shapes;
    }

    private static void linear(Map<String, List<Integer>> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", List.of(out, in));
        shapes.put(name + ".bias", List.of(out));
    }

    private static void norm(Map<String, List<Integer>> shapes, String name) {
        shapes.put(name + ".weight", List.of(HIDDEN));
        shapes.put(name + ".bias", List.of(HIDDEN));
    }
}
