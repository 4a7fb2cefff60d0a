package io.vitrine.graph;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Factors on the attention weights of each head, applied after the softmax: {@code head_mask} in transformers.
 *
 * @param layers for each layer one factor per head; empty for no mask
 */
public record HeadMask(List<List<Float>> layers) implements Serializable {
    public static final HeadMask NONE = new HeadMask(List.of());

    /** The mask of layer {@code i}, (1, heads, 1, 1); empty if all its factors are 1. */
    Optional<Parameter.Constant> layer(int i) {
        if (layers.isEmpty() || layers.get(i).stream().allMatch(factor -> factor == 1f)) {
            return Optional.empty();
        }
        List<Float> heads = layers.get(i);
        float[] values = new float[heads.size()];
        for (int h = 0; h < values.length; h++) {
            values[h] = heads.get(h);
        }
        return Optional.of(new Parameter.Constant("head_mask." + i, List.of(1, values.length, 1, 1), values));
    }
}
