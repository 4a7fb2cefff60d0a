package io.vitrine.checkpoint;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Tensor names as the published checkpoints write them. A state dict dumped from version 5 of the reference library has
 * other names for the same tensors; they are mapped here, all but the two halves of DINOv2's gated MLP, which the graph
 * reads as they are.
 */
final class TensorNames {
    private record Rule(Pattern from, String to) {
        static Rule of(String from, String to) {
            return new Rule(Pattern.compile(from), to);
        }
    }

    /** In order: attention and MLP names occur behind either form of the layer's name. */
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

    /** ViT's MLP has lost its old names in version 5; DINOv2's never had them. */
    private static final List<Rule> MLP = List.of(
            Rule.of("^(encoder\\.layer\\.\\d+\\.)mlp\\.fc1\\.", "$1intermediate.dense."),
            Rule.of("^(encoder\\.layer\\.\\d+\\.)mlp\\.fc2\\.", "$1output.dense."));

    private static final List<Rule> DINOV3 = List.of(Rule.of("^model\\.layer\\.", "layer."));

    private TensorNames() {}

    /** The published name of {@code name}, which has lost its prefix already. */
    static String published(ModelFamily family, String name) {
        if (family == ModelFamily.DINOV3_VIT) {
            return apply(DINOV3, name);
        }
        String published = apply(RULES, name);
        return family.isDino2() ? published : apply(MLP, published);
    }

    private static String apply(List<Rule> rules, String name) {
        for (Rule rule : rules) {
            name = rule.from.matcher(name).replaceFirst(rule.to);
        }
        return name;
    }
}
