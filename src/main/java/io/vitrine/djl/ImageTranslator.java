package io.vitrine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.PixelValues;
import io.vitrine.image.preprocess.PreprocessedImage;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Turns images into batches of an exported model, preprocessed by its preprocessor_config.json, and its outputs into answers.
 * Batches are built and split in Java, so that no engine with array operations is needed next to ONNX Runtime.
 *
 * @param <I> an image
 * @param <O> its answer
 */
final class ImageTranslator<I, O> implements Translator<I, O>, Serializable {
    private static final long serialVersionUID = 1;
    private static final String BATCH = "vitrine.batch";

    private final ImageInput<I> input;
    private final Answer<I, O> answer;
    private final BadImages badImages;
    private transient ExportedFolder exported;

    ImageTranslator(ImageInput<I> input, Answer<I, O> answer, BadImages badImages) {
        this.input = input;
        this.answer = answer;
        this.badImages = badImages;
    }

    /** Reads the preprocessing and the input type from the exported folder. */
    @Override
    public void prepare(TranslatorContext context) {
        exported = ExportedFolder.of(context.getModel());
    }

    /** An image of a batch: in the model's batch, or rejected. */
    private record Entry<I>(I input, int index, Optional<ImageRejectedException> rejection) {}

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<I> inputs) throws TranslateException {
        List<Entry<I>> entries = new ArrayList<>();
        List<PreprocessedImage> images = new ArrayList<>();
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(exported.preprocessing(), ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            for (I one : inputs) {
                try {
                    PreprocessedImage image = preprocessor.preprocess(FileBytes.of(input.file(one)));
                    entries.add(new Entry<>(one, images.size(), Optional.empty()));
                    images.add(
                            new PreprocessedImage(image.size(), image.pixels().clone())); // it is reused
                } catch (ImageRejectedException rejected) {
                    if (badImages == BadImages.ERROR
                            && answer.rejected(rejected).isEmpty()) {
                        throw new TranslateException(
                                "The image is " + rejected.reason().status() + ": " + rejected.getMessage(), rejected);
                    }
                    entries.add(new Entry<>(one, -1, Optional.of(rejected)));
                }
            }
        }
        if (images.isEmpty()) { // a model takes no empty batch: this one's outputs are dropped
            images.add(black());
        }
        context.setAttachment(BATCH, entries);
        return new NDList(batch(context.getNDManager(), images));
    }

    private PreprocessedImage black() {
        Size size = exported.size();
        int bytes = size.height() * size.width() * 3 * (exported.preprocessing().givesFloats() ? Float.BYTES : 1);
        return new PreprocessedImage(size, new byte[bytes]);
    }

    private NDArray batch(NDManager manager, List<PreprocessedImage> images) {
        int count = images.size();
        int height = images.get(0).size().height();
        int width = images.get(0).size().width();
        int values = height * width * 3;
        if (exported.uint8()) {
            ByteBuffer pixels = ByteBuffer.allocateDirect(Math.multiplyExact(count, values));
            images.forEach(image -> pixels.put(image.pixels()));
            return manager.create(pixels.rewind(), new Shape(count, height, width, 3), DataType.UINT8);
        }
        float[] all = new float[Math.multiplyExact(count, values)];
        for (int i = 0; i < count; i++) {
            System.arraycopy(PixelValues.of(images.get(i), exported.preprocessing()), 0, all, i * values, values);
        }
        return manager.create(all, new Shape(count, 3, height, width));
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<O> batchProcessOutput(TranslatorContext context, NDList list) {
        BatchOutputs outputs = BatchOutputs.of(list, exported);
        List<O> answers = new ArrayList<>();
        for (Entry<I> entry : (List<Entry<I>>) context.getAttachment(BATCH)) {
            answers.add(
                    entry.rejection().isPresent()
                            ? answer.rejected(entry.rejection().get()).orElse(null)
                            : answer.of(entry.input(), outputs, entry.index(), exported));
        }
        return answers;
    }

    @Override
    public NDList processInput(TranslatorContext context, I one) throws TranslateException {
        return batchProcessInput(context, Collections.singletonList(one));
    }

    @Override
    public O processOutput(TranslatorContext context, NDList list) {
        return batchProcessOutput(context, list).get(0);
    }

    /** Makes DJL ask for whole batches. It is not used: it would stack arrays with an engine that ONNX Runtime is not. */
    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }
}
