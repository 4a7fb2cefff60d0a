package io.vitrine.graph;

import java.util.List;

/**
 * The graph's first step: {@code (pixel * factor - mean) / std} per channel, in 32-bit floats, for pixels from 0 to 255.
 * Parts that change nothing (factor 1; mean 0 and std 1) are left out of the graph.
 */
public record Normalization(float factor, List<Float> mean, List<Float> std) {
    /** Whether the factor changes pixels. */
    public boolean rescales() {
        return factor != 1f;
    }

    /** Whether mean and std change pixels. */
    public boolean standardizes() {
        return mean.stream().anyMatch(m -> m != 0f) || std.stream().anyMatch(s -> s != 1f);
    }
}
