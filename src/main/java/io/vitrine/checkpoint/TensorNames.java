package io.vitrine.checkpoint;

import java.util.List;

/**
 * Maps tensor names to those of the published checkpoints. Version 5 of the reference library saves the same tensors under
 * other names. The two halves of DINOv2's gated MLP stay as they are: the graph reads both forms.
 */
final class TensorNames {
    /** Applied in order: first the name of the layer, then the names within the layer. */
    private static final List<NameRule> RULES = List.of(
            NameRule.of(
                    "^layers\\.(\\d+)\\.relative_position_bias\\.",
                    "encoder.layer.$1.attention.attention.relative_position_bias."),
            NameRule.of("^layers\\.(\\d+)\\.", "encoder.layer.$1."),
            NameRule.of("^shared_position_bias\\.", "encoder.relative_position_bias."),
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)attention\\.q_proj\\.", "$1attention.attention.query."),
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)attention\\.k_proj\\.", "$1attention.attention.key."),
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)attention\\.v_proj\\.", "$1attention.attention.value."),
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)attention\\.o_proj\\.", "$1attention.output.dense."),
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)mlp\\.down_proj\\.", "$1mlp.weights_out."));

    /** Version 5 renames ViT's MLP to the names that DINOv2's has in all versions. */
    private static final List<NameRule> MLP = List.of(
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)mlp\\.fc1\\.", "$1intermediate.dense."),
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)mlp\\.fc2\\.", "$1output.dense."));

    /** Published files of Pixio call the norms of a layer so. */
    private static final List<NameRule> PIXIO = List.of(
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)norm1\\.", "$1layernorm_before."),
            NameRule.of("^(encoder\\.layer\\.\\d+\\.)norm2\\.", "$1layernorm_after."));

    private static final List<NameRule> DINOV3 = List.of(NameRule.of("^model\\.layer\\.", "layer."));

    /** timm's heads under transformers' names, and the two names that it has for a layer's scale as one. */
    private static final List<NameRule> TIMM = List.of(
            NameRule.of("^head\\.", "classifier."),
            NameRule.of("^head_dist\\.", "distillation_classifier."),
            NameRule.of("^(blocks\\.\\d+\\.)gamma_([12])$", "$1ls$2.gamma"));

    private TensorNames() {}

    /** The published form of {@code name}, which comes without the family's prefix. */
    static String published(ModelFamily family, String name) {
        switch (family) {
            case DINOV3_VIT -> {
                return NameRule.apply(DINOV3, name);
            }
            case TIMM -> {
                return NameRule.apply(TIMM, name);
            }
            case RADIO -> {
                return name;
            }
            default -> {}
        }
        String published = NameRule.apply(RULES, name);
        if (family == ModelFamily.PIXIO) {
            published = NameRule.apply(PIXIO, published);
        }
        return family.isDinov2() ? published : NameRule.apply(MLP, published);
    }
}
