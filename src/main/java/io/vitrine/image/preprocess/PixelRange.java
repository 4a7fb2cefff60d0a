package io.vitrine.image.preprocess;

import io.vitrine.ModelException;

/** Checks that preprocessing gives numbers that a model can compute with. */
final class PixelRange {
    /** Largest magnitude of a preprocessed pixel. Layer norms square values, and 32-bit floats end at 3e38. */
    private static final float MAX = 1e15f;

    private static final int MAX_LEVEL = 255;

    private PixelRange() {}

    /**
     * Refuses steps whose pixels are not finite, or too large to be squared.
     *
     * @param source named in errors
     * @throws ModelException naming the key at fault
     */
    static void require(Preprocessing steps, Object source) {
        String prefix = steps.processor() == ImageProcessor.TIMM ? "" : "image_";
        float rescaled = (float) (MAX_LEVEL * steps.rescaleFactor());
        check(rescaled, "rescale_factor", steps.rescaleFactor(), source);
        for (int channel = 0; channel < steps.mean().size(); channel++) {
            float mean = steps.mean().get(channel);
            float std = steps.std().get(channel);
            check(mean, prefix + "mean", steps.mean(), source);
            check(-mean / std, prefix + "std", steps.std(), source);
            check((rescaled - mean) / std, prefix + "std", steps.std(), source);
        }
    }

    private static void check(float pixel, String key, Object value, Object source) {
        if (!(Math.abs(pixel) <= MAX)) { // also true for NaN
            throw new ModelException(key + " is " + value + " in " + source + ", which makes pixels as large as "
                    + Math.abs(pixel)
                    + ". No model can compute with these. Correct the value; usual are a factor of 1/255, and means and"
                    + " deviations near 0.5.");
        }
    }
}
