package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fields of config.json that change inference, with the reference library's defaults for absent keys.
 *
 * @param family which architecture
 * @param hiddenSize width of the token vectors
 * @param layers number of encoder layers
 * @param heads attention heads; divides {@code hiddenSize}
 * @param intermediateSize width inside the MLP; of a gated one, of each half
 * @param layerNormEps epsilon of every layer norm
 * @param imageSize the image the position embeddings were trained for, in pixels
 * @param patchSize one patch, in pixels
 * @param channels colour channels, 3
 * @param qkvBias whether query, key and value have a bias
 * @param poolerOutputSize rows of {@code pooler.dense}
 * @param labels class names by index, empty if config.json has none
 * @param beit what only BEiT has; all off for the others
 * @param dino what only DINOv2 and DINOv3 have; all off for the others
 * @param rotary what only DINOv3 has; of no meaning for the others
 */
public record VitConfig(
        ModelFamily family,
        int hiddenSize,
        int layers,
        int heads,
        int intermediateSize,
        Activation hiddenAct,
        double layerNormEps,
        Size imageSize,
        Size patchSize,
        int channels,
        boolean qkvBias,
        int poolerOutputSize,
        Activation poolerAct,
        List<String> labels,
        Beit beit,
        Dino dino,
        Rotary rotary) {

    /**
     * @param absolutePositions whether there is a table of position embeddings
     * @param layerBias whether each layer has a table of relative position biases
     * @param sharedBias whether one table serves all layers
     * @param layerScale whether each branch is scaled by a learned vector
     * @param meanPooling whether the pooler is the mean of the patches, normed, and the last state is not normed
     */
    public record Beit(
            boolean absolutePositions,
            boolean layerBias,
            boolean sharedBias,
            boolean layerScale,
            boolean meanPooling) {}

    /**
     * @param gated whether the MLP is gated; DINOv2's is a SwiGLU
     * @param registers number of register tokens
     */
    public record Dino(boolean gated, int registers) {}

    /**
     * DINOv3 rotates queries and keys by their position, and switches each bias alone.
     *
     * @param theta the base of the rotation's frequencies
     * @param outputBias whether the projection behind attention has a bias
     */
    public record Rotary(
            double theta, boolean queryBias, boolean keyBias, boolean valueBias, boolean outputBias, boolean mlpBias) {}

    private static final int MAX_DIMENSION = 1 << 20;
    private static final int MAX_LAYERS = 1000;
    private static final int MAX_PATCHES = 1 << 20;

    /** The grid of patches of the trained image size. */
    public Size trainedGrid() {
        return grid(imageSize);
    }

    /** The grid of whole patches in {@code image}; pixels that fill no patch are dropped, as the reference does. */
    public Size grid(Size image) {
        return new Size(image.height() / patchSize.height(), image.width() / patchSize.width());
    }

    /**
     * Reads the fields from {@code node}.
     *
     * @param file named in errors
     * @throws VitrineException naming the key and what it needs
     */
    static VitConfig read(JsonNode node, Object file) {
        Reader r = new Reader(node, file);
        ModelFamily family = ModelFamily.of(node.path("model_type").asText(""), file);
        boolean dino3 = family == ModelFamily.DINOV3_VIT;
        Dino dino = r.dino(family);
        int hidden = r.dimension("hidden_size", dino3 ? 384 : 768);
        int pooler = node.path("pooler_output_size").asInt(0);
        VitConfig config = new VitConfig(
                family,
                hidden,
                r.dimension("num_hidden_layers", 12, MAX_LAYERS),
                r.dimension("num_attention_heads", dino3 ? 6 : 12),
                family.isDino2() ? r.dinoWidth(hidden, dino) : r.dimension("intermediate_size", dino3 ? 1536 : 3072),
                Activation.named(node.path("hidden_act").asText("gelu"), "hidden_act", file),
                r.epsilon("layer_norm_eps", dino3 ? 1e-5 : family.isDino2() || family == ModelFamily.VIT_MSN ? 1e-6 : 1e-12),
                r.size("image_size", 224),
                r.size("patch_size", family == ModelFamily.DINOV2 ? 14 : 16),
                r.dimension("num_channels", 3),
                node.path("qkv_bias").asBoolean(true),
                pooler <= 0 ? hidden : pooler,
                Activation.named(node.path("pooler_act").asText("tanh"), "pooler_act", file),
                r.labels(),
                r.beit(family),
                dino,
                r.rotary());
        config.check(file);
        return config;
    }

    private void check(Object file) {
        if (hiddenSize % heads != 0) {
            throw new ModelException("hidden_size " + hiddenSize + " is not divisible by num_attention_heads " + heads
                    + " in " + file + ". Copy config.json again from the checkpoint's source.");
        }
        if (family == ModelFamily.DINOV3_VIT && hiddenSize / heads % 4 != 0) {
            throw new ModelException(
                    "A head has " + hiddenSize / heads + " components in " + file
                            + ", but rotary positions need a multiple of 4. Copy config.json again from the checkpoint's source.");
        }
        if (patchSize.height() > imageSize.height() || patchSize.width() > imageSize.width()) {
            throw new ModelException("patch_size " + patchSize + " is larger than image_size " + imageSize + " in "
                    + file + ". Copy config.json again from the checkpoint's source.");
        }
        if ((long) trainedGrid().height() * trainedGrid().width() > MAX_PATCHES) {
            throw new ModelException("image_size " + imageSize + " and patch_size " + patchSize + " make more than "
                    + MAX_PATCHES + " patches in " + file + ". Copy config.json again from the checkpoint's source.");
        }
        if (channels != 3) {
            throw new ModelException("num_channels is " + channels + " in " + file
                    + ", but images are read as RGB. Use a checkpoint trained on 3 channels.");
        }
    }

    private record Reader(JsonNode node, Object file) {

        int dimension(String key, int otherwise) {
            return dimension(key, otherwise, MAX_DIMENSION);
        }

        int dimension(String key, int otherwise, int most) {
            JsonNode value = node.path(key);
            if (value.isMissingNode() || value.isNull()) {
                return otherwise;
            }
            if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1 || value.asInt() > most) {
                throw wrong(key, value, "a whole number from 1 to " + most);
            }
            return value.asInt();
        }

        Beit beit(ModelFamily family) {
            boolean on = family.isBeit();
            return new Beit(
                    on && node.path("use_absolute_position_embeddings").asBoolean(false),
                    on && node.path("use_relative_position_bias").asBoolean(false),
                    on && node.path("use_shared_relative_position_bias").asBoolean(false),
                    on && node.path("layer_scale_init_value").asDouble(0.1) > 0,
                    on && node.path("use_mean_pooling").asBoolean(true));
        }

        Dino dino(ModelFamily family) {
            int registers = family == ModelFamily.DINOV2_WITH_REGISTERS ? 4 : 0;
            boolean hasRegisters = family == ModelFamily.DINOV2_WITH_REGISTERS || family == ModelFamily.DINOV3_VIT;
            String gated = family == ModelFamily.DINOV3_VIT ? "use_gated_mlp" : "use_swiglu_ffn";
            boolean some = hasRegisters && node.path("num_register_tokens").asInt(registers) > 0;
            return new Dino(
                    (family.isDino2() || family == ModelFamily.DINOV3_VIT)
                            && node.path(gated).asBoolean(false),
                    some ? dimension("num_register_tokens", registers) : 0);
        }

        Rotary rotary() {
            double theta = node.path("rope_theta").asDouble(100);
            if (!(theta > 0 && theta < 1e12)) {
                throw wrong("rope_theta", node.path("rope_theta"), "a positive number");
            }
            return new Rotary(
                    theta,
                    node.path("query_bias").asBoolean(true),
                    node.path("key_bias").asBoolean(false),
                    node.path("value_bias").asBoolean(true),
                    node.path("proj_bias").asBoolean(true),
                    node.path("mlp_bias").asBoolean(true));
        }

        /** mlp_ratio times the hidden size; of a SwiGLU two thirds of that, rounded up to a multiple of eight. */
        int dinoWidth(int hidden, Dino dino) {
            double ratio = node.path("mlp_ratio").asDouble(4);
            if (!(ratio > 0 && hidden * ratio <= MAX_DIMENSION)) {
                throw wrong("mlp_ratio", node.path("mlp_ratio"), "a positive number");
            }
            int width = (int) (hidden * ratio);
            return dino.gated() ? (int) (width * 2 / 3.0 + 7) / 8 * 8 : width;
        }

        double epsilon(String key, double otherwise) {
            double value = node.path(key).asDouble(otherwise);
            if (!(value >= 0 && value < 1)) {
                throw wrong(key, node.path(key), "a number from 0 to 1");
            }
            return value;
        }

        Size size(String key, int otherwise) {
            JsonNode value = node.path(key);
            if (value.isArray() && value.size() == 2) {
                return new Size(item(key, value.get(0)), item(key, value.get(1)));
            }
            int side = dimension(key, otherwise);
            return new Size(side, side);
        }

        private int item(String key, JsonNode value) {
            if (!value.isIntegralNumber() || value.asLong() < 1 || value.asLong() > MAX_DIMENSION) {
                throw wrong(key, value, "whole numbers [height, width]");
            }
            return value.asInt();
        }

        /** By index; a class that id2label leaves out is called LABEL_i, as the reference calls it. */
        List<String> labels() {
            TreeMap<Integer, String> named = new TreeMap<>();
            for (Map.Entry<String, JsonNode> entry : node.path("id2label").properties()) {
                if (entry.getKey().matches("[0-9]{1,6}")) {
                    named.put(Integer.parseInt(entry.getKey()), entry.getValue().asText());
                }
            }
            List<String> labels = new ArrayList<>();
            for (int i = 0; !named.isEmpty() && i <= named.lastKey(); i++) {
                labels.add(named.getOrDefault(i, "LABEL_" + i));
            }
            return List.copyOf(labels);
        }

        private VitrineException wrong(String key, JsonNode value, String needed) {
            return new ModelException(key + " is " + value + " in " + file + ", but must be " + needed
                    + ". Copy config.json again from the checkpoint's source.");
        }
    }
}
