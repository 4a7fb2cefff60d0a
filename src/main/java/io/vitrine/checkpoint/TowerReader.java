package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.TowerOptions.Classified;
import io.vitrine.checkpoint.TowerOptions.Norm;
import io.vitrine.checkpoint.TowerOptions.Part;
import io.vitrine.checkpoint.TowerOptions.Pooling;
import io.vitrine.checkpoint.TowerOptions.Positions;
import java.util.EnumSet;
import java.util.Set;

/** Reads how a family's tower is put together from its part of config.json. */
final class TowerReader {
    private static final double MLCD_THETA = 10_000;

    private TowerReader() {}

    /** The options of {@code family}; {@link TowerOptions#NONE} if it has no tower. */
    static TowerOptions read(ModelFamily family, JsonNode node) {
        return switch (family) {
            case CLIP, METACLIP_2 -> clip(Positions.TABLE);
            case MLCD ->
                clip(Positions.NONE)
                        .withRotation(PatchRotation.of(
                                PatchRotation.Kind.WITH_CLASS_TOKEN,
                                node.path("rope_parameters")
                                        .path("rope_theta")
                                        .asDouble(node.path("rope_theta").asDouble(MLCD_THETA))));
            case SIGLIP -> siglip(node);
            case AIMV2 -> aimv2(node);
            case PIXIO -> pixio(node);
            case RADIO -> RadioTower.read(node);
            default -> TowerOptions.NONE;
        };
    }

    /** The last state is not normed: {@code post_layernorm} is on the class token alone. */
    private static TowerOptions clip(Positions positions) {
        return new TowerOptions(
                Norm.LAYER,
                1,
                0,
                positions,
                Pooling.CLASS_TOKEN,
                Classified.MEAN_OF_PATCHES,
                Set.of(Part.TOKEN_NORM, Part.OUTPUT_BIAS, Part.MLP_BIAS, Part.POOLED_NORM));
    }

    private static TowerOptions siglip(JsonNode node) {
        return new TowerOptions(
                Norm.LAYER,
                0,
                0,
                Positions.TABLE,
                node.path("vision_use_head").asBoolean(true) ? Pooling.ATTENTION_AND_MLP : Pooling.NONE,
                Classified.MEAN_OF_PATCHES,
                Set.of(Part.PATCH_BIAS, Part.OUTPUT_BIAS, Part.MLP_BIAS, Part.LAST_NORM));
    }

    private static TowerOptions aimv2(JsonNode node) {
        Set<Part> parts = EnumSet.of(Part.PATCH_BIAS, Part.PATCH_NORM, Part.GATED_MLP, Part.LAST_NORM);
        if (node.path("qkv_bias").asBoolean(false)) {
            parts.add(Part.OUTPUT_BIAS);
        }
        if (node.path("mlp_bias").asBoolean(false)) {
            parts.add(Part.MLP_BIAS);
        }
        return new TowerOptions(
                Norm.ROOT_MEAN_SQUARE,
                0,
                0,
                node.path("is_native").asBoolean(false) ? Positions.SINES : Positions.TABLE,
                node.path("use_head").asBoolean(true) ? Pooling.ATTENTION : Pooling.NONE,
                Classified.POOLED,
                Set.copyOf(parts));
    }

    private static TowerOptions pixio(JsonNode node) {
        return new TowerOptions(
                Norm.LAYER,
                Math.max(1, node.path("n_cls_tokens").asInt(8)),
                0,
                Positions.TABLE,
                Pooling.MEAN_OF_CLASS_TOKENS,
                Classified.POOLED,
                Set.of(Part.PATCH_BIAS, Part.OUTPUT_BIAS, Part.MLP_BIAS, Part.LAST_NORM));
    }
}
