package io.vitrine.graph;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import java.util.List;

/**
 * A validated request to print a checkpoint.
 *
 * @param imageSize size of the images that enter the graph, in pixels
 * @param input their form
 * @param normalization the graph's first step; skipped for {@link PixelInput#PIXEL_VALUES}
 * @param outputs names from {@link ModelOutputs#available}
 * @param matrixType element type of the matrix outputs. Vectors are always {@link OutputType#FLOAT32}
 */
public record GraphRequest(
        Checkpoint checkpoint,
        Size imageSize,
        PixelInput input,
        Normalization normalization,
        List<String> outputs,
        HeadMask headMask,
        Precision precision,
        OutputType matrixType) {
    /** Elements of the largest tensor per image: 1 GiB of 32-bit floats. */
    private static final int MAX_ELEMENTS = 1 << 28;

    /** Allowance for class, distillation and register tokens. */
    private static final int PREFIX_TOKENS = 16;

    /**
     * Validates the request.
     *
     * @throws ConfigurationException if the checkpoint lacks an output, or the image is smaller than a patch or has too many
     *     patches for one row
     */
    public GraphRequest {
        Size patch = checkpoint.config().patchSize();
        if (imageSize.height() < patch.height() || imageSize.width() < patch.width()) {
            throw new ConfigurationException("The image size " + imageSize + " is smaller than one patch (" + patch
                    + ") of " + checkpoint.folder() + ". Choose a larger --image-size.");
        }
        Size grid = checkpoint.config().grid(imageSize);
        if ((long) grid.height() * grid.width() * checkpoint.config().hiddenSize() > MAX_ELEMENTS) {
            throw new ConfigurationException("The image size " + imageSize + " makes " + grid
                    + " patches of hidden size " + checkpoint.config().hiddenSize() + ", more than the " + MAX_ELEMENTS
                    + " values that fit one row. Choose a smaller --image-size.");
        }
        ModelOutputs.requireAvailable(checkpoint, outputs);
        long tokens = (long) grid.height() * grid.width() + PREFIX_TOKENS;
        boolean holdsPairs = checkpoint.config().beit().layerBias()
                || checkpoint.config().beit().sharedBias()
                || outputs.stream().anyMatch(name -> name.startsWith("attentions."));
        if (holdsPairs && tokens * tokens * checkpoint.config().heads() > MAX_ELEMENTS) {
            throw new ConfigurationException("The image size " + imageSize + " makes " + tokens + " tokens, and "
                    + tokens * tokens + " pairs of tokens in each of "
                    + checkpoint.config().heads() + " heads, more than the " + MAX_ELEMENTS
                    + " values that fit one row. Choose a smaller --image-size, or leave attentions out.");
        }
    }

    /** A request with no head mask, in 32-bit floats throughout. */
    public GraphRequest(
            Checkpoint checkpoint,
            Size imageSize,
            PixelInput input,
            Normalization normalization,
            List<String> outputs) {
        this(checkpoint, imageSize, input, normalization, outputs, HeadMask.NONE, Precision.fp32, OutputType.FLOAT32);
    }

    public GraphRequest withOutputs(List<String> other) {
        return new GraphRequest(checkpoint, imageSize, input, normalization, other, headMask, precision, matrixType);
    }

    public GraphRequest withInput(PixelInput other) {
        return new GraphRequest(checkpoint, imageSize, other, normalization, outputs, headMask, precision, matrixType);
    }

    public GraphRequest withHeadMask(HeadMask other) {
        return new GraphRequest(checkpoint, imageSize, input, normalization, outputs, other, precision, matrixType);
    }

    public GraphRequest withPrecision(Precision other) {
        return new GraphRequest(checkpoint, imageSize, input, normalization, outputs, headMask, other, matrixType);
    }

    public GraphRequest withMatrixType(OutputType other) {
        return new GraphRequest(checkpoint, imageSize, input, normalization, outputs, headMask, precision, other);
    }

    /** The output {@code name} of the given shape, after the batch, in its element type. */
    ModelSignature.Output output(String name, List<Integer> shape) {
        return new ModelSignature.Output(name, shape, shape.size() > 1 ? matrixType : OutputType.FLOAT32);
    }

    /** Describes the architecture to {@code builder}. */
    void describe(GraphBuilder builder) {
        Architecture.create(this, builder).describe(imageSize, normalization);
    }
}
