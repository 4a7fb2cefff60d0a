package io.vitrine.model;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.Normalization;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.PixelInput;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.HeicDecoding;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.preprocess.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint with the preprocessing of its images, for one image size.
 *
 * @param imageSize the size in which images enter the model, in pixels
 */
public record ModelPlan(Checkpoint checkpoint, Preprocessing preprocessing, Size imageSize) {

    /**
     * Reads a checkpoint folder.
     *
     * @param imageSize replaces the image size of the checkpoint; position embeddings are interpolated
     * @throws VitrineException if a file is missing or damaged, or preprocessing and model disagree on the image size
     */
    public static ModelPlan of(Path folder, Optional<Size> imageSize) {
        Checkpoint checkpoint = Checkpoint.open(folder);
        PreprocessorFile file = PreprocessorFile.find(folder);
        Preprocessing own =
                Preprocessing.read(file.node(), checkpoint.config().family().modelType(), file.source());
        Preprocessing preprocessing = imageSize.map(own::withOutputSize).orElse(own);
        Size size = preprocessing
                .outputSize()
                .orElseThrow(() -> new ConfigurationException("The preprocessing in " + file.source()
                        + " gives images of different sizes (" + own + "). Choose one with --image-size, such as"
                        + " --image-size " + checkpoint.config().imageSize() + "."));
        Size trained = checkpoint.config().imageSize();
        if (imageSize.isEmpty() && !size.equals(trained) && !checkpoint.config().takesAnySize()) {
            throw new ConfigurationException(file.source() + " makes images of " + size + ", but the model in " + folder
                    + " was trained on " + trained + ". To interpolate its position embeddings, add --image-size "
                    + size + ". To keep the trained size, add --image-size " + trained + ".");
        }
        return new ModelPlan(checkpoint, preprocessing, size);
    }

    /** What happens to an image before the model, in words: outputs of equal words can be compared. */
    public String describe(DecodeOptions decoding) {
        return preprocessing + ", EXIF " + (decoding.exif() == ExifOrientation.APPLY ? "applied" : "ignored")
                + (decoding.jpegScaling() == JpegScaling.FAST ? ", JPEG decoded at a fraction of its size" : "");
    }

    /** The options of decoding under which {@link #describe} gives {@code description}; empty if there are none. */
    public Optional<DecodeOptions> decodingOf(String description) {
        for (ExifOrientation exif : ExifOrientation.values()) {
            for (JpegScaling scaling : JpegScaling.values()) {
                DecodeOptions options = new DecodeOptions(exif, scaling, HeicDecoding.SKIP);
                if (describe(options).equals(description)) {
                    return Optional.of(options);
                }
            }
        }
        return Optional.empty();
    }

    /** The form in which the preprocessing leaves images. */
    public PixelInput pixelInput() {
        return preprocessing.givesFloats() ? PixelInput.FLOAT32 : PixelInput.UINT8;
    }

    /** A request for a graph that takes preprocessed images and gives {@code outputs}, in 32-bit floats. */
    public GraphRequest request(List<String> outputs) {
        return new GraphRequest(checkpoint, imageSize, pixelInput(), normalization(), outputs);
    }

    /** The ONNX model that gives {@code outputs}, with the defaults of {@link #request}. */
    public OnnxModel onnxModel(List<String> outputs) {
        return OnnxModel.print(request(outputs));
    }

    private Normalization normalization() {
        float factor = preprocessing.givesFloats()
                ? 1
                : (float) preprocessing.rescaleFactor(); // float images are rescaled already
        return new Normalization(factor, preprocessing.mean(), preprocessing.std());
    }
}
