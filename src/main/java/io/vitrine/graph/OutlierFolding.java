package io.vitrine.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Moves the outlier channels of a layer norm into the linear layers that read it: the norm's weight and bias are divided by a
 * scale per channel, and the columns of the linear layers are multiplied by it. The function stays the same. Without it, one
 * large channel sets the integer step of a token's other channels.
 *
 * <p>The scale balances both sides, as SmoothQuant does (Xiao et al., 2022), but without calibration images: a normed value is
 * taken to be at most {@link #DEVIATIONS} standard deviations from the mean.
 */
final class OutlierFolding {
    private static final float DEVIATIONS = 3;

    private final float[] weight;
    private final float[] bias;
    private final List<Supplier<float[]>> readers = new ArrayList<>();
    private float[] channels; // computed when all readers are known

    /**
     * @param weight of the norm, (width)
     * @param bias of the norm, (width)
     */
    OutlierFolding(float[] weight, float[] bias) {
        this.weight = weight;
        this.bias = bias;
    }

    /** Adds a linear layer that reads the norm: its weight is (out, width), read when {@link #channels} is computed. */
    void addReader(Supplier<float[]> linear) {
        readers.add(linear);
    }

    /** The scale of each channel, positive: (width). Call it when all readers are added. */
    float[] channels() {
        if (channels == null) {
            channels = computed();
        }
        return channels;
    }

    /** The norm's weight, divided by the scales. */
    float[] foldedWeight() {
        return divided(weight);
    }

    /** The norm's bias, divided by the scales. */
    float[] foldedBias() {
        return divided(bias);
    }

    private float[] computed() {
        float[] largest = new float[weight.length]; // of each column, over all readers
        for (Supplier<float[]> reader : readers) {
            float[] linear = reader.get();
            for (int i = 0; i < linear.length; i++) {
                int column = i % largest.length;
                largest[column] = Math.max(largest[column], Math.abs(linear[i]));
            }
        }
        float[] scales = new float[weight.length];
        Arrays.fill(scales, 1);
        for (int j = 0; j < scales.length; j++) {
            double activation = DEVIATIONS * Math.abs(weight[j]) + Math.abs(bias[j]);
            double scale = Math.sqrt(activation / largest[j]);
            if (scale > 0 && scale < Double.POSITIVE_INFINITY) { // a channel that is always zero, or that nothing reads
                scales[j] = (float) scale;
            }
        }
        return scales;
    }

    private float[] divided(float[] values) {
        float[] divided = new float[values.length];
        for (int j = 0; j < values.length; j++) {
            divided[j] = values[j] / channels()[j];
        }
        return divided;
    }
}
