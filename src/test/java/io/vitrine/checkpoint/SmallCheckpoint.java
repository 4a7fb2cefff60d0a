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
public final class SmallCheckpoint {
    public static final int HIDDEN = 16;
    public static final int LAYERS = 2;
    public static final int HEADS = 2;
    public static final int MLP = 24;
    public static final int PATCH = 8;
    public static final int SIDE = 24;

    private static final int PATCHES = 9;
    private static final int TABLE = 5 * 5 + 3;

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
        switch (modelType) {
            case "beit", "data2vec-vision" -> checkpoint.beit();
            case "dinov2" -> checkpoint.dinov2();
            case "dinov3_vit" -> checkpoint.dinov3();
            case "clip_vision_model", "mlcd_vision_model", "siglip_vision_model", "aimv2_vision_model", "pixio" ->
                checkpoint.shapes.putAll(SmallTowers.of(modelType, checkpoint.config));
            default -> checkpoint.vit();
        }
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

    private void vit() {
        int tokens = PATCHES + (config.get("model_type").equals("ijepa") ? 0 : 1);
        if (tokens > PATCHES) {
            shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        }
        shapes.put("embeddings.position_embeddings", List.of(1, tokens, HIDDEN));
        patches("embeddings.patch_embeddings.projection");
        for (int i = 0; i < LAYERS; i++) {
            String at = "encoder.layer." + i + ".";
            attention(at, true);
            int mlp = (int) config.get("intermediate_size");
            linear(at + "intermediate.dense", mlp, HIDDEN);
            linear(at + "output.dense", HIDDEN, mlp);
            norm(at + "layernorm_before");
            norm(at + "layernorm_after");
        }
        norm("layernorm");
        if (config.get("model_type").equals("vit")) {
            linear("pooler.dense", HIDDEN, HIDDEN);
        }
    }

    /** With relative positions in each layer and shared ones, layer scale and mean pooling. */
    private void beit() {
        config.putAll(Map.of("use_relative_position_bias", true, "use_shared_relative_position_bias", true));
        shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        patches("embeddings.patch_embeddings.projection");
        shapes.put("encoder.relative_position_bias.relative_position_bias_table", List.of(TABLE, HEADS));
        for (int i = 0; i < LAYERS; i++) {
            String at = "encoder.layer." + i + ".";
            attention(at, false);
            shapes.put(
                    at + "attention.attention.relative_position_bias.relative_position_bias_table",
                    List.of(TABLE, HEADS));
            shapes.put(at + "lambda_1", List.of(HIDDEN));
            shapes.put(at + "lambda_2", List.of(HIDDEN));
            linear(at + "intermediate.dense", MLP, HIDDEN);
            linear(at + "output.dense", HIDDEN, MLP);
            norm(at + "layernorm_before");
            norm(at + "layernorm_after");
        }
        norm("pooler.layernorm");
    }

    /** With a SwiGLU. */
    private void dinov2() {
        config.putAll(Map.of("use_swiglu_ffn", true, "mlp_ratio", 2));
        int width = (HIDDEN * 2 * 2 / 3 + 7) / 8 * 8;
        shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        shapes.put("embeddings.position_embeddings", List.of(1, 1 + PATCHES, HIDDEN));
        patches("embeddings.patch_embeddings.projection");
        for (int i = 0; i < LAYERS; i++) {
            String at = "encoder.layer." + i + ".";
            attention(at, true);
            norm(at + "norm1");
            norm(at + "norm2");
            shapes.put(at + "layer_scale1.lambda1", List.of(HIDDEN));
            shapes.put(at + "layer_scale2.lambda1", List.of(HIDDEN));
            linear(at + "mlp.weights_in", 2 * width, HIDDEN);
            linear(at + "mlp.weights_out", HIDDEN, width);
        }
        norm("layernorm");
    }

    private void dinov3() {
        int registers = (int) config.getOrDefault("num_register_tokens", 0);
        boolean gated = (boolean) config.getOrDefault("use_gated_mlp", false);
        shapes.put("embeddings.cls_token", List.of(1, 1, HIDDEN));
        shapes.put("embeddings.mask_token", List.of(1, 1, HIDDEN));
        if (registers > 0) {
            shapes.put("embeddings.register_tokens", List.of(1, registers, HIDDEN));
        }
        patches("embeddings.patch_embeddings");
        for (int i = 0; i < LAYERS; i++) {
            String at = "layer." + i + ".";
            norm(at + "norm1");
            norm(at + "norm2");
            linear(at + "attention.q_proj", HIDDEN, HIDDEN, "query_bias", true);
            linear(at + "attention.k_proj", HIDDEN, HIDDEN, "key_bias", false);
            linear(at + "attention.v_proj", HIDDEN, HIDDEN, "value_bias", true);
            linear(at + "attention.o_proj", HIDDEN, HIDDEN, "proj_bias", true);
            shapes.put(at + "layer_scale1.lambda1", List.of(HIDDEN));
            shapes.put(at + "layer_scale2.lambda1", List.of(HIDDEN));
            if (gated) {
                linear(at + "mlp.gate_proj", MLP, HIDDEN, "mlp_bias", true);
            }
            linear(at + "mlp.up_proj", MLP, HIDDEN, "mlp_bias", true);
            linear(at + "mlp.down_proj", HIDDEN, MLP, "mlp_bias", true);
        }
        norm("norm");
    }

    private void patches(String name) {
        shapes.put(name + ".weight", List.of(HIDDEN, 3, PATCH, PATCH));
        shapes.put(name + ".bias", List.of(HIDDEN));
    }

    private void attention(String at, boolean keyBias) {
        for (String part : List.of("query", "key", "value")) {
            linear(at + "attention.attention." + part, HIDDEN, HIDDEN);
        }
        if (!keyBias) {
            shapes.remove(at + "attention.attention.key.bias");
        }
        linear(at + "attention.output.dense", HIDDEN, HIDDEN);
    }

    private void linear(String name, int out, int in) {
        shapes.put(name + ".weight", List.of(out, in));
        shapes.put(name + ".bias", List.of(out));
    }

    /** With a bias if the config has one. */
    private void linear(String name, int out, int in, String key, boolean otherwise) {
        shapes.put(name + ".weight", List.of(out, in));
        if ((boolean) config.getOrDefault(key, otherwise)) {
            shapes.put(name + ".bias", List.of(out));
        }
    }

    private void norm(String name) {
        shapes.put(name + ".weight", List.of(HIDDEN));
        shapes.put(name + ".bias", List.of(HIDDEN));
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

    public float[] values(String name) {
        return values.get(name);
    }

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
