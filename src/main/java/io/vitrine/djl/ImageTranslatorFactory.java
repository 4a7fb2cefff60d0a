package io.vitrine.djl;

import ai.djl.Model;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * Lets DJL run an exported model on image files: {@code byte[]} to {@code float[]} gives {@code pooler_output} (or, where the
 * model has none, its first output), {@code byte[]} to {@code byte[]} gives every output as one NPZ file.
 *
 * <p>{@code Criteria.builder().setTypes(byte[].class, float[].class).optModelPath(DIR).optTranslatorFactory(new
 * ImageTranslatorFactory())}; with DJL's Spark extension, {@code new BinaryPredictor().setTranslatorFactory(new
 * ImageTranslatorFactory())}; DJL Serving finds the name in the folder's serving.properties.
 */
public final class ImageTranslatorFactory implements TranslatorFactory, Serializable {
    private static final long serialVersionUID = 1;

    /** DJL makes one by its name. */
    public ImageTranslatorFactory() {}

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Set.of(new Pair<>(byte[].class, float[].class), new Pair<>(byte[].class, byte[].class));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <I, O> Translator<I, O> newInstance(Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
        if (!isSupported(input, output)) {
            throw new IllegalArgumentException(
                    "Images come as byte[] and features leave as float[] or byte[], not as " + output.getName());
        }
        return (Translator<I, O>) (output == float[].class ? new VectorTranslator() : new NpzTranslator());
    }
}
