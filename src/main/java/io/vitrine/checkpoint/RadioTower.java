package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.TowerOptions.Classified;
import io.vitrine.checkpoint.TowerOptions.Norm;
import io.vitrine.checkpoint.TowerOptions.Part;
import io.vitrine.checkpoint.TowerOptions.Pooling;
import io.vitrine.checkpoint.TowerOptions.Positions;
import io.vitrine.checkpoint.TowerOptions.Resizing;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How C-RADIO is put together, as {@code RadioModel} of transformers has it: pixels are normalized inside the model, and {@code
 * pooler_output} is its {@code summary}, some class tokens joined.
 */
final class RadioTower {
    private static final List<Integer> SUMMARY = List.of(0, 1);

    private RadioTower() {}

    static TowerOptions read(JsonNode node) {
        Set<Part> parts = EnumSet.of(Part.CONDITIONED_PIXELS, Part.PATCH_POSITIONS, Part.OUTPUT_BIAS, Part.MLP_BIAS);
        // The reference fills missing scales with the configured value; only of one is it known that nothing is lost.
        boolean scaleIsOne = node.path("layerscale_value").asDouble(1) == 1;
        parts.add(scaleIsOne ? Part.OPTIONAL_LAYER_SCALE : Part.LAYER_SCALE);
        if (node.path("use_swiglu_ffn").asBoolean(false)) {
            parts.add(Part.GATED_MLP);
        }
        return new TowerOptions(
                        Norm.LAYER,
                        Math.max(1, node.path("num_cls_tokens").asInt(3)),
                        Math.max(0, node.path("num_registers").asInt(7)),
                        Positions.TABLE,
                        Pooling.SUMMARY,
                        Classified.POOLED,
                        Set.copyOf(parts))
                .withResizing(Resizing.CROPPED_LINEAR)
                .withSummary(summary(node.path("summary_idxs")));
    }

    private static List<Integer> summary(JsonNode indices) {
        if (!indices.isArray() || indices.isEmpty()) {
            return SUMMARY;
        }
        List<Integer> summary = new ArrayList<>();
        indices.forEach(index -> summary.add(index.asInt()));
        return List.copyOf(summary);
    }
}
