package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.Optional;

/** libheif's factors from chroma to colours, in floats. */
record HeicMatrix(float redToRed, float blueToGreen, float redToGreen, float blueToBlue) {
    /** BT.601's, rounded: what stands where no colour space is named. */
    private static final HeicMatrix UNSPECIFIED = new HeicMatrix(1.402f, -0.344136f, -0.714136f, 1.772f);

    static HeicMatrix of(YuvColour colour) throws ImageRejectedException {
        Optional<LumaWeights> weights =
                switch (colour.matrix()) {
                    case 1 -> Optional.of(new LumaWeights(0.2126f, 0.0722f));
                    case 4 -> Optional.of(new LumaWeights(0.30f, 0.11f));
                    case 5, 6 -> Optional.of(new LumaWeights(0.299f, 0.114f));
                    case 7 -> Optional.of(new LumaWeights(0.212f, 0.087f));
                    case 9, 10 -> Optional.of(new LumaWeights(0.2627f, 0.0593f));
                    case 12 -> LumaWeights.ofPrimaries(colour.primaries());
                    default -> Optional.empty();
                };
        if (weights.isEmpty() && colour.matrix() != 2) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    "a HEIC of matrix coefficients " + colour.matrix() + " and colour primaries " + colour.primaries());
        }
        return weights.map(HeicMatrix::of).orElse(UNSPECIFIED);
    }

    private static HeicMatrix of(LumaWeights weights) {
        float kr = weights.red();
        float kb = weights.blue();
        return new HeicMatrix(
                2 * (-kr + 1), 2 * kb * (-kb + 1) / (kb + kr - 1), 2 * kr * (-kr + 1) / (kb + kr - 1), 2 * (-kb + 1));
    }

    /** A factor in 1/256, rounded away from zero at the half. */
    int in256(float factor) {
        float value = 256 * factor;
        return (int) (value < 0 ? -Math.floor(-value + 0.5) : Math.floor(value + 0.5));
    }
}
