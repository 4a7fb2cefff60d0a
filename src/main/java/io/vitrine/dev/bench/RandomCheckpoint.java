package io.vitrine.dev.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
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

/** A ViT with a pooler and random weights: its features mean nothing and cost as much as real ones. */
final class RandomCheckpoint {
    static final RandomCheckpoint BASE = new RandomCheckpoint(768, 12, 12, 3072, 16, 224);
    static final RandomCheckpoint HUGE = new RandomCheckpoint(1280, 32, 16, 5120, 14, 224);

    /** As wide as BASE, and cheap enough for a million small pictures: four layers, and four patches. */
    static final RandomCheckpoint SMALL_PICTURES = new RandomCheckpoint(768, 4, 12, 3072, 32, 64);

    private final int hidden;
    private final int layers;
    private final int heads;
    private final int mlp;
    private final int patch;
    private final int side;

    private RandomCheckpoint(int hidden, int layers, int heads, int mlp, int patch, int side) {
        this.hidden = hidden;
        this.layers = layers;
        this.heads = heads;
        this.mlp = mlp;
        this.patch = patch;
        this.side = side;
    }

    /** Writes config.json, preprocessor_config.json and model.safetensors to {@code folder}, unless it has them. */
    Path write(Path folder) throws IOException {
        if (Files.exists(folder.resolve("config.json"))) { // written last
            return folder;
        }
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": " + side + ", \"resample\": 2}\n");
        weights(folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"),
                new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "model_type",
                                "vit",
                                "hidden_size",
                                hidden,
                                "num_hidden_layers",
                                layers,
                                "num_attention_heads",
                                heads,
                                "intermediate_size",
                                mlp,
                                "image_size",
                                side,
                                "patch_size",
                                patch)));
        return folder;
    }

    private void weights(Path file) throws IOException {
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

    private Map<String, List<Integer>> shapes() {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        shapes.put("embeddings.cls_token", List.of(1, 1, hidden));
        shapes.put("embeddings.position_embeddings", List.of(1, (side / patch) * (side / patch) + 1, hidden));
        shapes.put("embeddings.patch_embeddings.projection.weight", List.of(hidden, 3, patch, patch));
        shapes.put("embeddings.patch_embeddings.projection.bias", List.of(hidden));
        for (int i = 0; i < layers; i++) {
            String at = "encoder.layer." + i + ".";
            for (String part : List.of("query", "key", "value")) {
                linear(shapes, at + "attention.attention." + part, hidden, hidden);
            }
            linear(shapes, at + "attention.output.dense", hidden, hidden);
            linear(shapes, at + "intermediate.dense", mlp, hidden);
            linear(shapes, at + "output.dense", hidden, mlp);
            norm(shapes, at + "layernorm_before");
            norm(shapes, at + "layernorm_after");
        }
        norm(shapes, "layernorm");
        linear(shapes, "pooler.dense", hidden, hidden);
        return shapes;
    }

    private static void linear(Map<String, List<Integer>> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", List.of(out, in));
        shapes.put(name + ".bias", List.of(out));
    }

    private void norm(Map<String, List<Integer>> shapes, String name) {
        shapes.put(name + ".weight", List.of(hidden));
        shapes.put(name + ".bias", List.of(hidden));
    }
}
