package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.checkpoint.Weights;
import java.util.List;
import java.util.Optional;

/**
 * C-RADIO's own normalization of pixels, by the means and deviations in its weights. It comes after that of the preprocessing.
 * {@code W ((x - mean) / std)} is {@code W (x / std)} with a bias of {@code -W (mean / std)}.
 */
final class PixelConditioner {
    private static final String MEAN = "input_conditioner.norm_mean";
    private static final String DEVIATION = "input_conditioner.norm_std";

    private final Architecture model;

    PixelConditioner(Architecture model) {
        this.model = model;
    }

    /**
     * The patches as tokens, (batch, patches, hidden).
     *
     * @param name of the patches' linear map (hidden, channels * patch height * patch width), which has no bias
     */
    Tensor patchTokens(Size image, Normalization norm, String name) {
        Size patch = model.config.patchSize();
        int channels = model.config.channels();
        int area = patch.height() * patch.width();
        int flat = channels * area;
        float[] mean = channelValues(MEAN, channels);
        float[] deviation = channelValues(DEVIATION, channels);
        float[] scales = new float[flat];
        for (int i = 0; i < flat; i++) {
            scales[i] = 1 / deviation[i / area];
        }
        Parameter.Weight kernel = weight(name + ".weight", model.hidden, flat);
        Tensor pixels = model.g.scale(
                model.g.patches(image, patch, channels, norm),
                new Parameter.Constant("conditioner.scales", List.of(flat), scales));
        return model.g.linear(
                pixels, kernel, Optional.of(bias(kernel, mean, deviation, area)), LinearRole.PATCH_PROJECTION);
    }

    private Parameter bias(Parameter.Weight kernel, float[] mean, float[] deviation, int area) {
        int flat = kernel.shape().get(1);
        float[] bias = new float[model.hidden];
        Optional<TensorInfo> stored = model.checkpoint
                .weights()
                .tensor(kernel.tensor())
                .filter(tensor -> tensor.elements() == (long) model.hidden * flat
                        && tensor.dtype().isWeight());
        if (stored.isEmpty()) {
            return new Parameter.Constant(
                    "conditioner.bias", List.of(model.hidden), bias); // the printer reports the kernel
        }
        WeightChecks.requireFinite(List.of(stored.get())); // the graph holds values computed from it
        float[] values = Weights.floats(stored.get());
        for (int row = 0; row < bias.length; row++) {
            double sum = 0;
            for (int i = 0; i < flat; i++) {
                sum -= (double) values[row * flat + i] * mean[i / area] / deviation[i / area];
            }
            bias[row] = (float) sum;
        }
        return new Parameter.Constant("conditioner.bias", List.of(model.hidden), bias);
    }

    private float[] channelValues(String name, int channels) {
        TensorInfo stored = model.checkpoint
                .weights()
                .tensor(name)
                .filter(tensor ->
                        tensor.elements() == channels && tensor.dtype().isWeight())
                .orElseThrow(() -> new ModelException("The weights in " + model.checkpoint.folder() + " have no " + name
                        + " of " + channels
                        + " numbers, by which the model normalizes pixels. Take config.json and weights"
                        + " from the same checkpoint."));
        WeightChecks.requireFinite(List.of(stored));
        return Weights.floats(stored);
    }
}
