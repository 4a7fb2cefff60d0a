package io.vitrine.graph;

import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import java.util.List;

/**
 * What to print, checked.
 *
 * @param image the size images arrive in
 * @param input and their form
 * @param normalization the graph's first step, where the form asks for it
 * @param outputs names among {@link ModelOutputs#available}
 * @param precision the numbers it computes in
 * @param halves whether matrices leave as 16-bit floats, as some are stored: then nobody has to make them of 32-bit ones
 */
public record GraphRequest(
        Checkpoint checkpoint,
        Size image,
        PixelInput input,
        Normalization normalization,
        List<String> outputs,
        HeadMask headMask,
        Precision precision,
        boolean halves) {
    private static final int MAX_VALUES = 1 << 28; // a GiB of hidden states

    /**
     * Checks the request.
     *
     * @throws VitrineException if an output does not exist, or the image is smaller than a patch or too large for one row
     */
    public GraphRequest {
        Size patch = checkpoint.config().patchSize();
        if (image.height() < patch.height() || image.width() < patch.width()) {
            throw new ModelException("The image size " + image + " is smaller than one patch (" + patch + ") of "
                    + checkpoint.folder() + ". Choose a larger --image-size.");
        }
        Size grid = checkpoint.config().grid(image);
        if ((long) grid.height() * grid.width() * checkpoint.config().hiddenSize() > MAX_VALUES) {
            throw new ModelException("The image size " + image + " makes " + grid + " patches of hidden size "
                    + checkpoint.config().hiddenSize() + ", more than the " + MAX_VALUES
                    + " values that fit one row. Choose a smaller --image-size.");
        }
        ModelOutputs.check(checkpoint, outputs);
        long tokens = (long) grid.height() * grid.width() + 16;
        boolean pairs = checkpoint.config().beit().layerBias()
                || checkpoint.config().beit().sharedBias()
                || outputs.stream().anyMatch(name -> name.startsWith("attentions."));
        if (pairs && tokens * tokens * checkpoint.config().heads() > MAX_VALUES) {
            throw new ModelException(
                    "The image size " + image + " makes " + tokens + " tokens, and so " + tokens * tokens
                            + " pairs in each of " + checkpoint.config().heads() + " heads, more than the " + MAX_VALUES
                            + " values that fit one row. Choose a smaller --image-size, or leave attentions out.");
        }
    }

    /** In 32-bit floats throughout. */
    public GraphRequest(
            Checkpoint checkpoint,
            Size image,
            PixelInput input,
            Normalization normalization,
            List<String> outputs,
            HeadMask headMask) {
        this(checkpoint, image, input, normalization, outputs, headMask, Precision.fp32, false);
    }

    /** The same whose matrices leave as 16-bit floats, or not. */
    public GraphRequest withHalves(boolean matricesAsHalves) {
        return new GraphRequest(
                checkpoint, image, input, normalization, outputs, headMask, precision, matricesAsHalves);
    }

    /** Whether an output of this shape leaves as 16-bit floats. */
    boolean isHalf(List<Integer> shape) {
        return halves && shape.size() > 1;
    }

    /** Describes the architecture to {@code printer}. */
    void describe(GraphBuilder printer) {
        Architecture.choose(this, printer).describe(image, normalization);
    }
}
