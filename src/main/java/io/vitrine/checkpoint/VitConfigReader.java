package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.VitConfig.BeitOptions;
import io.vitrine.checkpoint.VitConfig.DinoOptions;
import io.vitrine.checkpoint.VitConfig.Encoder;
import io.vitrine.checkpoint.VitConfig.Geometry;
import io.vitrine.checkpoint.VitConfig.Pooler;
import io.vitrine.checkpoint.VitConfig.RotaryOptions;
import io.vitrine.checkpoint.VitConfig.RotaryOptions.Projection;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads and checks a config.json, with the reference library's defaults for absent keys. */
final class VitConfigReader {
    private static final int MAX_PATCHES = 1 << 20;
    private static final int MAX_PREFIX = 1000; // class tokens or registers; published models have up to sixteen
    private static final String LABEL_INDEX = "[0-9]{1,5}"; // ImageNet-21k has 21,843 classes

    private final ModelPart part;
    private final JsonNode node; // of the model that reads images
    private final Object file;
    private final ModelFamily family;
    private final FamilyDefaults defaults;
    private final ConfigKeys keys;

    VitConfigReader(JsonNode whole, Object file) {
        this.part = ModelPart.of(whole, file);
        this.node = part.node();
        this.file = file;
        this.family = part.family();
        this.defaults = FamilyDefaults.of(family);
        this.keys = new ConfigKeys(node, file);
    }

    VitConfig read() {
        DinoOptions dino = dino();
        Encoder encoder = encoder(dino);
        VitConfig config = new VitConfig(
                family,
                geometry(),
                encoder,
                pooler(encoder.hiddenSize()),
                labels(),
                beit(),
                dino,
                rotary(),
                part.tower().orElseGet(() -> TowerReader.read(family, node)),
                part.weightsPrefix());
        check(config);
        return config;
    }

    private Geometry geometry() {
        return new Geometry(
                keys.size("image_size", defaults.imageSize()),
                keys.size("patch_size", defaults.patchSize()),
                keys.dimension("num_channels", 3));
    }

    private Encoder encoder(DinoOptions dino) {
        int hiddenSize = keys.dimension("hidden_size", defaults.hidden());
        boolean ratio = family.isDinov2() || family == ModelFamily.PIXIO || family == ModelFamily.RADIO;
        return new Encoder(
                hiddenSize,
                keys.dimension("num_hidden_layers", defaults.layers(), ConfigKeys.MAX_LAYERS),
                keys.dimension("num_attention_heads", defaults.heads()),
                ratio
                        ? intermediateSize(hiddenSize, dino)
                        : keys.dimension("intermediate_size", defaults.intermediate()),
                family == ModelFamily.RADIO && dino.gated() // whatever hidden_act says
                        ? Activation.SILU
                        : keys.activation("hidden_act", defaults.activation()),
                keys.epsilon(defaults.epsilonKey(), defaults.epsilon()),
                hasQkvBias());
    }

    /** In CLIP and its kin the biases are always there, whatever config.json says. */
    private boolean hasQkvBias() {
        return switch (family) {
            case CLIP, METACLIP_2, MLCD, SIGLIP -> true;
            default -> node.path("qkv_bias").asBoolean(family != ModelFamily.AIMV2);
        };
    }

    /** mlp_ratio times the hidden size; for a SwiGLU two thirds of that, rounded up to a multiple of eight. */
    private int intermediateSize(int hiddenSize, DinoOptions dino) {
        double ratio = node.path("mlp_ratio").asDouble(4);
        if (!(ratio > 0 && hiddenSize * ratio <= ConfigKeys.MAX_DIMENSION)) {
            throw keys.wrong("mlp_ratio", node.path("mlp_ratio"), "a positive number");
        }
        int size = (int) (hiddenSize * ratio);
        return dino.gated() ? (int) (size * 2 / 3.0 + 7) / 8 * 8 : size;
    }

    private Pooler pooler(int hiddenSize) {
        int outputSize = node.path("pooler_output_size").asInt(0);
        return new Pooler(outputSize <= 0 ? hiddenSize : outputSize, keys.activation("pooler_act", "tanh"));
    }

    private BeitOptions beit() {
        Set<BeitOptions.Option> on = EnumSet.noneOf(BeitOptions.Option.class);
        if (family.isBeit()) {
            addIf(
                    node.path("use_absolute_position_embeddings").asBoolean(false),
                    BeitOptions.Option.ABSOLUTE_POSITIONS,
                    on);
            addIf(node.path("use_relative_position_bias").asBoolean(false), BeitOptions.Option.LAYER_BIAS, on);
            addIf(node.path("use_shared_relative_position_bias").asBoolean(false), BeitOptions.Option.SHARED_BIAS, on);
            addIf(node.path("layer_scale_init_value").asDouble(0.1) > 0, BeitOptions.Option.LAYER_SCALE, on);
            addIf(node.path("use_mean_pooling").asBoolean(true), BeitOptions.Option.MEAN_POOLING, on);
        }
        return new BeitOptions(Set.copyOf(on));
    }

    private DinoOptions dino() {
        boolean dinov3 = family == ModelFamily.DINOV3_VIT;
        String gated = dinov3 ? "use_gated_mlp" : "use_swiglu_ffn";
        boolean mayBeGated = family.isDinov2() || dinov3 || family == ModelFamily.RADIO;
        return new DinoOptions(mayBeGated && node.path(gated).asBoolean(false), registers());
    }

    private int registers() {
        int otherwise = family == ModelFamily.DINOV2_WITH_REGISTERS ? 4 : 0;
        boolean mayHaveSome = family == ModelFamily.DINOV2_WITH_REGISTERS || family == ModelFamily.DINOV3_VIT;
        boolean hasSome = mayHaveSome && node.path("num_register_tokens").asInt(otherwise) > 0;
        return hasSome ? keys.dimension("num_register_tokens", otherwise) : 0;
    }

    private RotaryOptions rotary() {
        JsonNode parameters = node.path("rope_parameters");
        JsonNode base = parameters.has("rope_theta") ? parameters.path("rope_theta") : node.path("rope_theta");
        double theta = base.asDouble(family == ModelFamily.MLCD ? 10_000 : 100);
        if (!(theta > 0 && theta < 1e12)) {
            throw keys.wrong("rope_theta", base, "a positive number");
        }
        Set<Projection> biases = EnumSet.noneOf(Projection.class);
        addIf(node.path("query_bias").asBoolean(true), Projection.QUERY, biases);
        addIf(node.path("key_bias").asBoolean(false), Projection.KEY, biases);
        addIf(node.path("value_bias").asBoolean(true), Projection.VALUE, biases);
        addIf(node.path("proj_bias").asBoolean(true), Projection.OUTPUT, biases);
        addIf(node.path("mlp_bias").asBoolean(true), Projection.MLP, biases);
        return new RotaryOptions(theta, Set.copyOf(biases));
    }

    private static <T> void addIf(boolean condition, T value, Set<T> values) {
        if (condition) {
            values.add(value);
        }
    }

    /** By index. A class that id2label leaves out is called LABEL_i, as in the reference. */
    private List<String> labels() {
        TreeMap<Integer, String> named = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : part.labels().properties()) {
            if (entry.getKey().matches(LABEL_INDEX)) {
                named.put(Integer.parseInt(entry.getKey()), entry.getValue().asText());
            }
        }
        List<String> labels = new ArrayList<>();
        for (int i = 0; !named.isEmpty() && i <= named.lastKey(); i++) {
            labels.add(named.getOrDefault(i, "LABEL_" + i));
        }
        return List.copyOf(labels);
    }

    private void check(VitConfig config) {
        int headSize = config.hiddenSize() / config.heads();
        keys.requireDivisible(config.encoder());
        boolean rotated =
                family == ModelFamily.DINOV3_VIT || config.tower().rotation().isPresent();
        if (rotated && headSize % 4 != 0) {
            throw keys.fault("A head has " + headSize + " components, but rotary positions need a multiple of 4,");
        }
        TowerOptions tower = config.tower();
        if (tower.classTokens() > MAX_PREFIX || tower.registers() > MAX_PREFIX) {
            throw keys.fault(tower.classTokens() + " class tokens and " + tower.registers()
                    + " registers are more than " + MAX_PREFIX);
        }
        if (config.tower().positions() == TowerOptions.Positions.SINES && config.hiddenSize() % 4 != 0) {
            throw keys.fault(
                    "hidden_size " + config.hiddenSize() + " is not divisible by 4, as computed positions need");
        }
        Size image = config.imageSize();
        Size patch = config.patchSize();
        if (patch.height() > image.height() || patch.width() > image.width()) {
            throw keys.fault("patch_size " + patch + " is larger than image_size " + image);
        }
        Size grid = config.trainedGrid();
        if ((long) grid.height() * grid.width() > MAX_PATCHES) {
            throw keys.fault(
                    "image_size " + image + " and patch_size " + patch + " make more than " + MAX_PATCHES + " patches");
        }
        if (config.channels() != 3) {
            throw new ModelException("num_channels is " + config.channels() + " in " + file
                    + ", but images are read as RGB. Use a checkpoint trained on 3 channels. A model of grey images gives the"
                    + " same features for them as one of 3 channels whose patch kernel is repeated along its second axis and"
                    + " divided by 3, with three equal values in image_mean and image_std.");
        }
    }
}
