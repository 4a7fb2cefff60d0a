package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A checkpoint of one family with random weights under the published names: 24 x 24 pixels in patches of 8, two layers of two heads,
 * hidden size 16. Pixels are neither rescaled nor normalised.
 */
public final class SmallCheckpoint implements NamedValues {
    public static final int HIDDEN = 16;
    public static final int LAYERS = 2;
    public static final int HEADS = 2;
    public static final int MLP = 24;
    public static final int PATCH = 8;
    public static final int SIDE = 24;

    private final Map<String, Object> config = new LinkedHashMap<>();
    private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();

    private SmallCheckpoint(String modelType, Map<String, Object> fields) {
        config.putAll(Map.of(
                "model_type",
                modelType,
                "hidden_size",
                HIDDEN,
                "num_hidden_layers",
                LAYERS,
                "num_attention_heads",
                HEADS,
                "intermediate_size",
                MLP,
                "image_size",
                SIDE,
                "patch_size",
                PATCH));
        config.putAll(fields);
    }

    /** A checkpoint of {@code modelType}; {@code fields} are added to its config.json. */
    public static SmallCheckpoint of(String modelType, Map<String, Object> fields) {
        SmallCheckpoint checkpoint = new SmallCheckpoint(modelType, fields);
        checkpoint.shapes.putAll(
                switch (modelType) {
                    case "clip_vision_model",
                            "mlcd_vision_model",
                            "siglip_vision_model",
                            "aimv2_vision_model",
                            "pixio" -> SmallTowers.of(modelType, checkpoint.config);
                    default -> SmallTransformers.of(modelType, checkpoint.config);
                });
        Random random = new Random(modelType.hashCode());
        checkpoint.shapes.forEach((name, shape) -> checkpoint.values.put(name, values(name, shape, random)));
        return checkpoint;
    }

    private static float[] values(String name, List<Integer> shape, Random random) {
        float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
        float size = name.contains("patch_embed") && name.endsWith("weight") ? 0.15f / 255 : 0.4f; // raw pixels
        for (int i = 0; i < values.length; i++) {
            values[i] = (random.nextFloat() - 0.5f) * 2 * size + (name.contains("norm") ? 0.7f : 0);
        }
        return values;
    }

    public String modelType() {
        return (String) config.get("model_type");
    }

    public Object field(String key, Object otherwise) {
        return config.getOrDefault(key, otherwise);
    }

    /** The tensors' shapes by name. */
    public Map<String, List<Integer>> shapes() {
        return shapes;
    }

    @Override
    public float[] values(String name) {
        return values.get(name);
    }

    @Override
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Adds a tensor of random numbers. */
    public SmallCheckpoint with(String name, Integer... shape) {
        shapes.put(name, List.of(shape));
        values.put(name, values(name, List.of(shape), new Random(9)));
        return this;
    }

    public SmallCheckpoint without(String name) {
        shapes.remove(name);
        values.remove(name);
        return this;
    }

    /** Splits the rows of {@code name} evenly into tensors of these names, as version 5 splits a SwiGLU. */
    public SmallCheckpoint split(String name, String... parts) {
        List<Integer> shape = shapes.remove(name);
        float[] all = values.remove(name);
        int length = all.length / parts.length;
        for (int i = 0; i < parts.length; i++) {
            List<Integer> smaller = new ArrayList<>(shape);
            smaller.set(0, shape.get(0) / parts.length);
            shapes.put(parts[i], smaller);
            values.put(parts[i], Arrays.copyOfRange(all, i * length, (i + 1) * length));
        }
        return this;
    }

    /** Writes config.json and preprocessor_config.json, and no weights. */
    public Path writeConfig(Path folder) throws IOException {
        Files.createDirectories(folder);
        ObjectMapper json = new ObjectMapper();
        json.writeValue(folder.resolve("config.json").toFile(), config);
        boolean dinov3 = modelType().equals("dinov3_vit"); // its processor always rescales
        String processor = dinov3 ? "DINOv3ViTImageProcessor" : "ViTImageProcessor";
        json.writeValue(
                folder.resolve("preprocessor_config.json").toFile(),
                Map.of(
                        "image_processor_type",
                        processor,
                        "size",
                        SIDE,
                        "do_rescale",
                        dinov3,
                        "rescale_factor",
                        1,
                        "do_normalize",
                        false));
        return folder;
    }

    /** Writes the whole checkpoint, as safetensors. */
    public Path write(Path folder) throws IOException {
        return write(folder, UnaryOperator.identity());
    }

    /** Writes the whole checkpoint with other tensor names. */
    public Path write(Path folder, UnaryOperator<String> rename) throws IOException {
        writeConfig(folder);
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        shapes.forEach((name, shape) -> entries.add(new SafetensorsWriter.Entry(
                rename.apply(name),
                DType.F32,
                shape.stream().map(Integer::longValue).toList(),
                out -> out.write(bytes(values.get(name))))));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), entries);
        return folder;
    }

    /** Little-endian. */
    public static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }
}
