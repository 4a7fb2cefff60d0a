package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.TimmArchitectures.Kind;
import java.util.Optional;

/**
 * Reads a config.json of timm, as its Hub repositories and transformers' {@code timm_wrapper} have it: the dimensions in the keys
 * of transformers, so that one reader checks them all.
 */
final class TimmReader {
    private static final int MAX_WIDTH = 1 << 20;

    private final TimmArguments arguments;

    private TimmReader(TimmArguments arguments) {
        this.arguments = arguments;
    }

    /** Whether {@code whole} is timm's: it names an architecture of timm, and no model type of transformers. */
    static boolean reads(JsonNode whole) {
        String type = whole.path("model_type").asText("");
        return type.equals(ModelFamily.TIMM.modelType())
                || (type.isEmpty() && whole.path(TimmArguments.ARCHITECTURE).isTextual());
    }

    /**
     * The model of {@code whole}.
     *
     * @param file named in errors
     * @throws ModelException if timm has no such ViT, or it has parts that are not supported
     */
    static ModelPart part(JsonNode whole, Object file) {
        TimmArguments arguments = TimmArguments.of(whole, file);
        if (!whole.path("do_pooling").asBoolean(true)) {
            throw new ModelException("do_pooling is false in " + file + ": then the wrapper of transformers has no"
                    + " pooler_output. Set it to true, and leave pooler_output out of --columns.");
        }
        return new ModelPart(
                ModelFamily.TIMM,
                new TimmReader(arguments).dimensions(),
                labels(whole),
                "",
                Optional.of(TimmTower.read(arguments)));
    }

    private ObjectNode dimensions() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        int hidden = arguments.whole("embed_dim", 768);
        node.set("image_size", arguments.node("img_size"));
        node.set("patch_size", arguments.has("patch_size") ? arguments.node("patch_size") : node.numberNode(16));
        node.put("num_channels", arguments.whole("in_chans", 3));
        node.put("hidden_size", hidden);
        node.put("num_hidden_layers", arguments.whole("depth", 12));
        node.put("num_attention_heads", arguments.whole("num_heads", 12));
        node.put("intermediate_size", intermediateSize(arguments, hidden));
        node.put("hidden_act", activation(arguments));
        node.put("layer_norm_eps", arguments.number("norm_eps", 1e-6));
        node.put("qkv_bias", arguments.flag("qkv_bias", true));
        return node;
    }

    /** Of each half if the MLP is gated. */
    private static int intermediateSize(TimmArguments arguments, int hidden) {
        int width = mlpWidth(arguments, hidden, "mlp_ratio", 4);
        if (TimmTower.isPacked(arguments) && arguments.kind() != Kind.EVA) {
            return width / 2; // the ratio is for both halves
        }
        int multiple = arguments.whole("swiglu_align_to", 0);
        return multiple == 0 || !TimmTower.isGated(arguments) ? width : (width + multiple - 1) / multiple * multiple;
    }

    static int mlpWidth(TimmArguments arguments, int hidden, String key, double otherwise) {
        double width = hidden * arguments.number(key, otherwise);
        if (!(width >= 1 && width <= MAX_WIDTH)) {
            throw arguments.wrong(key, "a positive number");
        }
        return (int) width;
    }

    /** In the names of transformers. */
    static String activation(TimmArguments arguments) {
        boolean gated = arguments.flag("swiglu_mlp", false); // Eva's is a SwiGLU, whatever the activation elsewhere
        String name = gated ? "silu" : arguments.text("act_layer", "gelu");
        return name.equals("gelu_tanh") ? "gelu_pytorch_tanh" : name;
    }

    /** By index, as id2label has them: the descriptions of {@code label_names} where there are any. */
    private static JsonNode labels(JsonNode whole) {
        JsonNode pretrained = whole.path("pretrained_cfg");
        JsonNode names = whole.has("label_names") ? whole.path("label_names") : pretrained.path("label_names");
        JsonNode texts = whole.has("label_descriptions")
                ? whole.path("label_descriptions")
                : pretrained.path("label_descriptions");
        ObjectNode labels = JsonNodeFactory.instance.objectNode();
        if (names.isArray()) {
            for (int i = 0; i < names.size(); i++) {
                labels.put(Integer.toString(i), described(names.get(i).asText(), texts));
            }
        } else {
            names.properties()
                    .forEach(name ->
                            labels.put(name.getKey(), described(name.getValue().asText(), texts)));
        }
        return labels;
    }

    private static String described(String name, JsonNode texts) {
        return texts.path(name).asText(name);
    }
}
