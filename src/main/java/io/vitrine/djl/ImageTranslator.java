package io.vitrine.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.checkpoint.PreprocessorFile;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.PixelValues;
import io.vitrine.image.preprocess.PreprocessedImage;
import io.vitrine.image.preprocess.Preprocessing;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Turns image files into the input of an exported model, preprocessed by its preprocessor_config.json.
 *
 * @param <O> the features of one image
 */
abstract class ImageTranslator<O> implements Translator<byte[], O>, Serializable {
    private static final long serialVersionUID = 1;

    private Preprocessing preprocessing;
    private boolean uint8;

    /** Reads the preprocessing and the input type from the exported folder. */
    @Override
    public void prepare(TranslatorContext context) {
        Path path = context.getModel().getModelPath();
        Path folder = Files.isDirectory(path) ? path : path.getParent();
        JsonNode config = JsonFile.read(folder.resolve(Checkpoint.CONFIG));
        Path file = folder.resolve(PreprocessorFile.PREPROCESSOR);
        preprocessing = Preprocessing.read(
                JsonFile.read(file), config.path("model_type").asText(), file);
        uint8 = JsonFile.read(folder.resolve("vitrine.json"))
                .path("input_dtype")
                .asText()
                .equals("uint8");
    }

    @Override
    public NDList processInput(TranslatorContext context, byte[] bytes) throws TranslateException {
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(preprocessing, ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            PreprocessedImage image = preprocessor.preprocess(FileBytes.of(bytes));
            int height = image.size().height();
            int width = image.size().width();
            if (uint8) {
                return new NDList(context.getNDManager()
                        .create(ByteBuffer.wrap(image.pixels()), new Shape(height, width, 3), DataType.UINT8));
            }
            float[] values = PixelValues.of(image, preprocessing);
            return new NDList(context.getNDManager().create(values, new Shape(3, height, width)));
        } catch (ImageRejectedException rejected) {
            throw new TranslateException(
                    "The image is " + rejected.reason().status() + ": " + rejected.getMessage(), rejected);
        }
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }
}
