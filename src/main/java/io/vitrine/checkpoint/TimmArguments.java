package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.TimmArchitectures.Kind;
import io.vitrine.checkpoint.TimmArchitectures.Known;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments that timm builds a model with: those of its architecture, overridden by {@code model_args} of config.json, then
 * those that {@code pretrained_cfg} gives where neither does, as {@code create_model} of timm takes them.
 */
final class TimmArguments {
    static final String ARCHITECTURE = "architecture";

    private static final Set<String> OF_ALL = Set.of(
            "img_size",
            "patch_size",
            "in_chans",
            "num_classes",
            "global_pool",
            "embed_dim",
            "depth",
            "num_heads",
            "mlp_ratio",
            "qkv_bias",
            "init_values",
            "class_token",
            "no_embed_class",
            "dynamic_img_size",
            "dynamic_img_pad",
            "norm_layer");
    private static final Set<String> OF_VIT = Set.of(
            "qk_norm",
            "scale_attn_norm",
            "scale_mlp_norm",
            "proj_bias",
            "pos_embed",
            "reg_tokens",
            "pre_norm",
            "final_norm",
            "fc_norm",
            "pool_include_prefix",
            "act_layer",
            "mlp_layer",
            "block_fn",
            "attn_layer");
    private static final Set<String> OF_EVA = Set.of(
            "qkv_fused",
            "swiglu_mlp",
            "swiglu_align_to",
            "scale_mlp",
            "scale_attn_inner",
            "attn_type",
            "num_reg_tokens",
            "use_abs_pos_emb",
            "use_rot_pos_emb",
            "rope_type",
            "rope_grid_offset",
            "rope_grid_indexing",
            "rope_temperature",
            "rope_rotate_half",
            "use_post_norm",
            "use_pre_transformer_norm",
            "use_post_transformer_norm",
            "use_fc_norm",
            "attn_pool_num_heads",
            "attn_pool_mlp_ratio",
            "ref_feat_shape");
    /** They matter while a model is trained or made, not when it runs. */
    private static final Set<String> OF_TRAINING = Set.of(
            "drop_rate",
            "pos_drop_rate",
            "patch_drop_rate",
            "proj_drop_rate",
            "attn_drop_rate",
            "drop_path_rate",
            "weight_init",
            "fix_init",
            "head_init_scale",
            "pretrained_strict");

    private final Kind kind;
    private final ObjectNode values;
    private final Object file;

    private TimmArguments(Kind kind, ObjectNode values, Object file) {
        this.kind = kind;
        this.values = values;
        this.file = file;
    }

    /**
     * The arguments of the model that {@code whole} describes.
     *
     * @param file named in errors
     * @throws ModelException if the architecture or an argument is unknown
     */
    static TimmArguments of(JsonNode whole, Object file) {
        Known known = TimmArchitectures.of(whole.path(ARCHITECTURE).asText(""), file);
        TimmArguments arguments = new TimmArguments(known.kind(), known.arguments(), file);
        arguments.override(whole.path("model_args"));
        JsonNode pretrained =
                whole.has("pretrained_cfg") ? whole.path("pretrained_cfg") : whole; // old files have one level
        JsonNode input = pretrained.path("input_size"); // channels, height, width
        boolean hasSize = input.isArray() && input.size() == 3;
        if (hasSize) {
            arguments.setIfAbsent("in_chans", input.get(0));
        }
        if (hasSize && pretrained.path("fixed_input_size").asBoolean(false)) {
            arguments.setIfAbsent(
                    "img_size", arguments.values.arrayNode().add(input.get(1)).add(input.get(2)));
        }
        arguments.setIfAbsent("global_pool", pretrained.path("global_pool"));
        arguments.setIfAbsent("img_size", arguments.values.numberNode(known.imageSize()));
        return arguments;
    }

    private void override(JsonNode given) {
        Set<String> known = new HashSet<>(OF_ALL);
        known.addAll(kind == Kind.EVA ? OF_EVA : OF_VIT);
        for (Map.Entry<String, JsonNode> argument : given.properties()) {
            String name = argument.getKey();
            if (known.contains(name)) {
                values.set(name, argument.getValue());
            } else if (!OF_TRAINING.contains(name)) {
                throw new ModelException("model_args has '" + name + "' in " + file
                        + ", which is not known for this architecture and could change the features.");
            }
        }
        if (given.path("norm_layer").isTextual()) {
            values.remove("norm_eps"); // it belongs to the norm that is replaced
        }
    }

    private void setIfAbsent(String name, JsonNode value) {
        if (!values.has(name) && !value.isMissingNode() && !value.isNull()) {
            values.set(name, value);
        }
    }

    Kind kind() {
        return kind;
    }

    JsonNode node(String name) {
        return values.path(name);
    }

    boolean has(String name) {
        return values.hasNonNull(name);
    }

    boolean flag(String name, boolean otherwise) {
        return values.path(name).asBoolean(otherwise);
    }

    /** The flag, if it is not null: timm derives such flags from others. */
    Optional<Boolean> flag(String name) {
        return has(name) ? Optional.of(values.path(name).asBoolean()) : Optional.empty();
    }

    String text(String name, String otherwise) {
        return has(name) ? values.path(name).asText() : otherwise;
    }

    int whole(String name, int otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = values.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw wrong(name, "a whole number");
        }
        return value.asInt();
    }

    double number(String name, double otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = values.path(name);
        if (!value.isNumber() || !(Math.abs(value.asDouble()) < 1e9)) {
            throw wrong(name, "a number");
        }
        return value.asDouble();
    }

    ModelException wrong(String name, String needed) {
        return new ModelException(
                name + " is " + values.path(name) + " for the model in " + file + ", but must be " + needed + ".");
    }

    ModelException unsupported(String name, String what) {
        return new ModelException(name + " is " + values.path(name) + " for the model in " + file + ": " + what
                + " are not supported. Use an architecture of timm with plain blocks.");
    }
}
