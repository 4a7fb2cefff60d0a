package io.vitrine.graph;

import java.util.List;

/**
 * The graph's first step: {@code (pixel * factor - mean) / std} in 32-bit floats, {@code pixel} from 0 to 255. A factor of
 * 1, a mean of 0 and a std of 1 are no step at all.
 */
public record Normalization(float factor, List<Float> mean, List<Float> std) {
    public boolean rescales() {
        return factor != 1f;
    }

    public boolean shifts() {
        return mean.stream().anyMatch(m -> m != 0f) || std.stream().anyMatch(s -> s != 1f);
    }
}
