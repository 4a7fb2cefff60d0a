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
 * Runs an exported model on image files in DJL.
 *
 * <ul>
 *   <li>{@code byte[]} to {@code float[]} gives {@code pooler_output}, or the first output of a model without a pooler.
 *   <li>{@code byte[]} to {@code byte[]} gives all outputs as one NPZ file.
 * </ul>
 *
 * <p>In DJL: {@code Criteria.builder().setTypes(byte[].class, float[].class).optModelPath(DIR).optTranslatorFactory(new
 * ImageTranslatorFactory())}. In DJL's Spark extension: {@code new BinaryPredictor().setTranslatorFactory(new
 * ImageTranslatorFactory())}. DJL Serving reads the name of this class from the folder's serving.properties.
 */
public final class ImageTranslatorFactory implements TranslatorFactory, Serializable {
    private static final long serialVersionUID = 1;

    /** Called by DJL, which creates the factory by name. */
    public ImageTranslatorFactory() {}

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Set.of(new Pair<>(byte[].class, float[].class), new Pair<>(byte[].class, byte[].class));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <I, O> Translator<I, O> newInstance(Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
        if (!isSupported(input, output)) {
            throw new IllegalArgumentException("Cannot translate " + input.getSimpleName() + " to "
                    + output.getSimpleName() + ". Use byte[] for images, and float[] or byte[] for features.");
        }
        return (Translator<I, O>) (output == float[].class ? new VectorTranslator() : new NpzTranslator());
    }
}
