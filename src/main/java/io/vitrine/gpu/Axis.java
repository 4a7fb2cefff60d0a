package io.vitrine.gpu;

import io.vitrine.image.resample.AxisWeights;
import java.util.Optional;

/**
 * One axis of a resize.
 *
 * @param in length of the upright image
 * @param weights empty if the length stays; equal axes of a batch mostly share theirs
 */
record Axis(int in, int out, Optional<AxisWeights> weights) {
    /** 32-bit words of the weights. */
    int words() {
        return weights.map(AxisWeights::words).orElse(0);
    }

    /** The first input of an output. */
    int first(int output) {
        return weights.map(w -> w.first(output)).orElse(output);
    }

    /** The end (exclusive) of the inputs of an output. */
    int end(int output) {
        return weights.map(w -> w.first(output) + w.count(output)).orElse(output + 1);
    }
}
