package io.vitrine.graph;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What each attention head's weights are multiplied with, after the softmax: the reference's {@code head_mask}.
 *
 * @param layers for each layer a value for each head; empty for no mask
 */
public record HeadMask(List<List<Float>> layers) implements Serializable {
    public static final HeadMask NONE = new HeadMask(List.of());

    /** The mask of one layer, (1, heads, 1, 1); empty where all its heads keep their weights. */
    Optional<Parameter.Constant> layer(int i) {
        if (layers.isEmpty() || layers.get(i).stream().allMatch(value -> value == 1f)) {
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
