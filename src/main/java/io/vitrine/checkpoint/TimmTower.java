package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.Size;
import io.vitrine.checkpoint.PatchRotation.Order;
import io.vitrine.checkpoint.TimmArchitectures.Kind;
import io.vitrine.checkpoint.TowerOptions.Classified;
import io.vitrine.checkpoint.TowerOptions.Norm;
import io.vitrine.checkpoint.TowerOptions.Part;
import io.vitrine.checkpoint.TowerOptions.Pooling;
import io.vitrine.checkpoint.TowerOptions.Positions;
import io.vitrine.checkpoint.TowerOptions.Query;
import io.vitrine.checkpoint.TowerOptions.Resizing;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How timm puts a ViT together. Semantics follow {@code VisionTransformer}, {@code VisionTransformerDistilled} and {@code Eva} of
 * timm 1.0.
 */
final class TimmTower {
    private final TimmArguments arguments;
    private final boolean eva;
    private final Set<Part> parts = EnumSet.noneOf(Part.class);

    private TimmTower(TimmArguments arguments) {
        this.arguments = arguments;
        this.eva = arguments.kind() == Kind.EVA;
    }

    static TowerOptions read(TimmArguments arguments) {
        TimmTower tower = new TimmTower(arguments);
        tower.refuseOtherBlocks();
        return tower.options();
    }

    /** Whether gate and value of the MLP are rows of one tensor. */
    static boolean isPacked(TimmArguments arguments) {
        return arguments.kind() == Kind.EVA
                ? arguments.flag("swiglu_mlp", false) && !isGated(arguments)
                : mlp(arguments).equals("swiglupacked");
    }

    /** Whether gate and value of the MLP are tensors of their own. */
    static boolean isGated(TimmArguments arguments) {
        if (arguments.kind() != Kind.EVA) {
            return mlp(arguments).equals("swiglu");
        }
        boolean aligned = arguments.whole("swiglu_align_to", 0) > 0
                && !arguments.flag("use_post_norm", false); // with norms behind, only scale_mlp makes two tensors
        return arguments.flag("swiglu_mlp", false) && (arguments.flag("scale_mlp", false) || aligned);
    }

    private static String mlp(TimmArguments arguments) {
        String name = arguments.text("mlp_layer", "mlp").toLowerCase(Locale.ROOT);
        return name.substring(name.lastIndexOf('.') + 1).replace("_", "");
    }

    private void refuseOtherBlocks() {
        String block = arguments.text("block_fn", "block");
        if (!Set.of("block", "post_norm").contains(block)) {
            throw arguments.unsupported("block_fn", "such blocks");
        }
        if (arguments.has("attn_layer")) {
            throw arguments.unsupported("attn_layer", "other kinds of attention");
        }
        if (!Set.of("mlp", "swiglu", "swiglupacked").contains(mlp(arguments))) {
            throw arguments.unsupported("mlp_layer", "such MLPs");
        }
        if (!Set.of("eva", "rope").contains(arguments.text("attn_type", "eva"))) {
            throw arguments.unsupported("attn_type", "other kinds of attention");
        }
        if (arguments.flag("dynamic_img_pad", false)) {
            throw arguments.unsupported("dynamic_img_pad", "padded images");
        }
    }

    private TowerOptions options() {
        boolean distilled = arguments.kind() == Kind.DISTILLED;
        boolean classToken = arguments.flag("class_token", true);
        String pool = arguments.text("global_pool", eva ? "avg" : "token");
        if (pool.equals("token") && !classToken) {
            throw arguments.wrong("global_pool", "avg, map or empty, because class_token is false");
        }
        embedding(distilled);
        layers();
        norms(pool);
        int registers = distilled ? 0 : arguments.whole(eva ? "num_reg_tokens" : "reg_tokens", 0);
        TowerOptions options = new TowerOptions(
                        norm(),
                        distilled ? 2 : classToken ? 1 : 0,
                        registers,
                        positions(),
                        distilled ? Pooling.MEAN_OF_CLASS_TOKENS : pooling(pool),
                        Classified.POOLED,
                        Set.copyOf(parts))
                .withResizing(
                        arguments.flag("dynamic_img_size", false)
                                ? Resizing.SMOOTH_CUBIC
                                : Resizing.SMOOTH_CUBIC_AT_LOAD);
        options = rotation().map(options::withRotation).orElse(options);
        return pool.equals("map") ? options.withQuery(query()) : options;
    }

    private Norm norm() {
        String name = arguments.text("norm_layer", "layernorm").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "layernorm", "layernormfp32" -> Norm.LAYER;
            case "rmsnorm", "rmsnormfp32" -> Norm.ROOT_MEAN_SQUARE;
            default -> throw arguments.wrong("norm_layer", "layernorm or rmsnorm");
        };
    }

    private Positions positions() {
        boolean table = eva
                ? arguments.flag("use_abs_pos_emb", true)
                : !Set.of("", "none").contains(arguments.text("pos_embed", "learn"));
        return table ? Positions.TABLE : Positions.NONE;
    }

    private void embedding(boolean distilled) {
        addIf(distilled, Part.DISTILLED);
        boolean normed = arguments.flag(eva ? "use_pre_transformer_norm" : "pre_norm", false);
        addIf(normed, Part.TOKEN_NORM);
        addIf(!normed, Part.PATCH_BIAS);
        addIf(arguments.flag("embed_norm", false), Part.PATCH_NORM);
        addIf(arguments.flag("no_embed_class", false), Part.PATCH_POSITIONS);
    }

    private void layers() {
        boolean after = arguments.flag("use_post_norm", false)
                || arguments.text("block_fn", "").equals("post_norm");
        addIf(after, Part.NORM_AFTER);
        boolean scaled = eva ? arguments.has("init_values") : arguments.number("init_values", 0) != 0;
        addIf(scaled && !after, Part.LAYER_SCALE); // blocks with norms behind have no scale
        addIf(arguments.flag("qkv_fused", true), Part.FUSED_QKV);
        addIf(eva && arguments.text("attn_type", "eva").equals("eva"), Part.BARE_KEY);
        addIf(arguments.flag("qk_norm", false), Part.QUERY_KEY_NORM);
        addIf(arguments.flag(eva ? "scale_attn_inner" : "scale_attn_norm", false), Part.ATTENDED_NORM);
        addIf(arguments.flag("proj_bias", true), Part.OUTPUT_BIAS);
        addIf(arguments.flag("proj_bias", true), Part.MLP_BIAS);
        addIf(arguments.flag(eva ? "scale_mlp" : "scale_mlp_norm", false), Part.INNER_MLP_NORM);
        addIf(isGated(arguments), Part.GATED_MLP);
        addIf(isPacked(arguments), Part.PACKED_MLP);
    }

    /** A norm of what is pooled takes the place of the norm of all tokens. */
    private void norms(String pool) {
        boolean pooled;
        boolean last;
        if (eva) {
            pooled = arguments.flag("use_fc_norm").orElse(pool.equals("avg"));
            last = arguments.flag("use_post_transformer_norm").orElse(!pooled);
        } else {
            boolean any = arguments.flag("final_norm", true);
            boolean behind = arguments
                    .flag("fc_norm")
                    .orElse(Set.of("avg", "avgmax", "max").contains(pool));
            pooled = any && behind;
            last = any && !behind;
        }
        addIf(pooled, Part.POOLED_NORM);
        addIf(last, Part.LAST_NORM);
        addIf(arguments.flag("pool_include_prefix", false) || (eva && pool.equals("map")), Part.PREFIX_POOLED);
    }

    private Pooling pooling(String pool) {
        return switch (pool) {
            case "" -> Pooling.NONE;
            case "token" -> Pooling.CLASS_TOKEN;
            case "avg" -> Pooling.MEAN_OF_PATCHES;
            case "map" -> Pooling.LATENT_AND_MLP;
            default -> throw arguments.wrong("global_pool", "token, avg, map or empty");
        };
    }

    private Query query() {
        int hidden = arguments.whole("embed_dim", 768);
        double ratio = arguments.number("mlp_ratio", 4);
        int heads = arguments.whole("num_heads", 12);
        return eva
                ? new Query(
                        arguments.whole("attn_pool_num_heads", heads),
                        TimmReader.mlpWidth(arguments, hidden, "attn_pool_mlp_ratio", ratio),
                        Activation.GELU)
                : new Query(
                        heads,
                        TimmReader.mlpWidth(arguments, hidden, "mlp_ratio", ratio),
                        Activation.parse(TimmReader.activation(arguments), "act_layer", "model_args"));
    }

    private Optional<PatchRotation> rotation() {
        if (!arguments.flag("use_rot_pos_emb", false)) {
            return Optional.empty();
        }
        double theta = arguments.number("rope_temperature", 10_000);
        if (!(theta > 0)) {
            throw arguments.wrong("rope_temperature", "a positive number");
        }
        String type = arguments.text("rope_type", "cat");
        boolean halves = arguments.flag("rope_rotate_half", false);
        if (type.equals("dinov3") && halves) {
            if (!arguments.text("rope_grid_indexing", "ij").equals("ij")) {
                throw arguments.unsupported("rope_grid_indexing", "such rotations");
            }
            return Optional.of(PatchRotation.of(PatchRotation.Kind.CENTRES, theta));
        }
        if (!type.equals("cat") || halves) {
            throw arguments.unsupported(type.equals("cat") ? "rope_rotate_half" : "rope_type", "such rotations");
        }
        return Optional.of(new PatchRotation(
                PatchRotation.Kind.NEIGHBOURS,
                theta,
                reference(),
                arguments.number("rope_grid_offset", 0),
                arguments.text("rope_grid_indexing", "ij").equals("xy") ? Order.COLUMNS_FIRST : Order.ROWS_FIRST));
    }

    private Optional<Size> reference() {
        if (!arguments.has("ref_feat_shape")) {
            return Optional.empty();
        }
        JsonNode shape = arguments.node("ref_feat_shape");
        boolean pair = shape.isArray() && shape.size() == 2;
        Size size =
                pair ? new Size(shape.get(0).asInt(), shape.get(1).asInt()) : new Size(shape.asInt(), shape.asInt());
        if (size.height() < 1 || size.width() < 1) {
            throw arguments.wrong("ref_feat_shape", "whole numbers [rows, columns]");
        }
        return Optional.of(size);
    }

    private void addIf(boolean condition, Part part) {
        if (condition) {
            parts.add(part);
        }
    }
}
