package io.vitrine.model;

import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.Normalization;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import io.vitrine.graph.Precision;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint and the preprocessing that feeds it, agreed on one input size.
 *
 * @param input the size images reach the model in
 */
public record ModelPlan(Checkpoint checkpoint, Preprocessing preprocessing, Size input) {

    /**
     * Reads a checkpoint folder.
     *
     * @param imageSize another input size than the checkpoint's own, for which position embeddings are interpolated
     * @throws VitrineException if a file is missing or damaged, or preprocessing and model do not fit
     */
    public static ModelPlan of(Path folder, Optional<Size> imageSize) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        Path file = folder.resolve(Checkpoint.PREPROCESSOR);
        Preprocessing own = Preprocessing.read(
                JsonFile.read(file), checkpoint.config().family().modelType(), file);
        Preprocessing preprocessing = imageSize.map(own::withOutputSize).orElse(own);
        Size input = preprocessing
                .outputSize()
                .orElseThrow(() -> new ModelException("The preprocessing in " + file
                        + " gives images of different sizes (" + own + "). Choose one with --image-size, such as"
                        + " --image-size " + checkpoint.config().imageSize() + "."));
        Size trained = checkpoint.config().imageSize();
        if (imageSize.isEmpty()
                && !input.equals(trained)
                && !checkpoint.config().family().takesAnySize()) {
            throw new ModelException(file + " makes images of " + input + ", but the model in " + folder
                    + " was trained on " + trained + ". To interpolate its position embeddings, ask for it:"
                    + " --image-size " + input + "; to keep its own size: --image-size " + trained + ".");
        }
        return new ModelPlan(checkpoint, preprocessing, input);
    }

    /** Prints the graph that gives {@code outputs}. */
    public OnnxModel graph(List<String> outputs) {
        return graph(outputs, HeadMask.NONE);
    }

    /** The same with masked attention heads. */
    public OnnxModel graph(List<String> outputs, HeadMask headMask) {
        return graph(outputs, headMask, form());
    }

    /** The form that the preprocessing leaves images in. */
    public PixelInput form() {
        return preprocessing.rescalesBeforeResize() ? PixelInput.FLOAT32 : PixelInput.UINT8;
    }

    /** The same for pixels of another form. */
    public OnnxModel graph(List<String> outputs, HeadMask headMask, PixelInput form) {
        return OnnxModel.print(request(outputs, headMask, form));
    }

    /** What a printer is asked for. */
    public GraphRequest request(List<String> outputs, HeadMask headMask, PixelInput form) {
        return request(outputs, headMask, form, Precision.fp32);
    }

    /** The same in another precision. */
    public GraphRequest request(List<String> outputs, HeadMask headMask, PixelInput form, Precision precision) {
        return new GraphRequest(checkpoint, input, form, normalization(), outputs, headMask, precision, false);
    }

    private Normalization normalization() {
        float factor = preprocessing.rescalesBeforeResize()
                ? 1
                : (float) preprocessing.rescaleFactor(); // then it was applied before
        return new Normalization(factor, preprocessing.mean(), preprocessing.std());
    }
}
