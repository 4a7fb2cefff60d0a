package io.vitrine.checkpoint;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Maps tensor names to those of the published checkpoints. Version 5 of the reference library saves the same tensors under
 * other names. The two halves of DINOv2's gated MLP stay as they are: the graph reads both forms.
 */
final class TensorNames {
    private record Rule(Pattern from, String to) {
        static Rule of(String from, String to) {
            return new Rule(Pattern.compile(from), to);
        }
    }

    /** Applied in order: first the name of the layer, then the names within the layer. */
    private static final List<Rule> RULES = List.of(
            Rule.of(
                    "^layers\\.(\\d+)\\.relative_position_bias\\.",
                    "encoder.layer.$1.attention.attention.relative_position_bias."),
            Rule.of("^layers\\.(\\d+)\\.", "encoder.layer.$1."),
            Rule.of("^shared_position_bias\\.", "encoder.relative_position_bias."),
            Rule.of("^(encoder\\.layer\\.\\d+\\.)attention\\.q_proj\\.", "$1attention.attention.query."),
            Rule.of("^(encoder\\.layer\\.\\d+\\.)attention\\.k_proj\\.", "$1attention.attention.key."),
            Rule.of("^(encoder\\.layer\\.\\d+\\.)attention\\.v_proj\\.", "$1attention.attention.value."),
            Rule.of("^(encoder\\.layer\\.\\d+\\.)attention\\.o_proj\\.", "$1attention.output.dense."),
            Rule.of("^(encoder\\.layer\\.\\d+\\.)mlp\\.down_proj\\.", "$1mlp.weights_out."));

    /** Version 5 renames ViT's MLP to the names that DINOv2's has in all versions. */
    private static final List<Rule> MLP = List.of(
            Rule.of("^(encoder\\.layer\\.\\d+\\.)mlp\\.fc1\\.", "$1intermediate.dense."),
            Rule.of("^(encoder\\.layer\\.\\d+\\.)mlp\\.fc2\\.", "$1output.dense."));

    private static final List<Rule> DINOV3 = List.of(Rule.of("^model\\.layer\\.", "layer."));

    /** timm's heads under transformers' names, and the two names that it has for a layer's scale as one. */
    private static final List<Rule> TIMM = List.of(
            Rule.of("^head\\.", "classifier."),
            Rule.of("^head_dist\\.", "distillation_classifier."),
            Rule.of("^(blocks\\.\\d+\\.)gamma_([12])$", "$1ls$2.gamma"));

    private TensorNames() {}

    /** The published form of {@code name}, which comes without the family's prefix. */
    static String published(ModelFamily family, String name) {
        switch (family) {
            case DINOV3_VIT -> {
                return apply(DINOV3, name);
            }
            case TIMM -> {
                return apply(TIMM, name);
            }
            case RADIO -> {
                return name;
            }
            default -> {}
        }
        String published = apply(RULES, name);
        return family.isDinov2() ? published : apply(MLP, published);
    }

    private static String apply(List<Rule> rules, String name) {
        for (Rule rule : rules) {
            name = rule.from.matcher(name).replaceFirst(rule.to);
        }
        return name;
    }
}
