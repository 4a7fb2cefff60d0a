package io.vitrine.djl;

import ai.djl.Model;
import ai.djl.modality.Classifications;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.modality.cv.Image;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import io.vitrine.ConfigurationException;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs an exported model on images in DJL.
 *
 * <p>An image is a {@code byte[]}, the bytes of its file, decoded as the job decodes it; or DJL's {@link Image}, whose pixels DJL has
 * decoded in its own way. It becomes
 *
 * <ul>
 *   <li>{@code float[]}: {@code pooler_output}, or the first output of a model without a pooler;
 *   <li>{@code byte[]}: all outputs as one NPZ file;
 *   <li>{@link Classifications}, where the model was exported with {@code logits}.
 * </ul>
 *
 * <p>In DJL: {@code Criteria.builder().setTypes(byte[].class, float[].class).optModelPath(DIR).optTranslatorFactory(new
 * ImageTranslatorFactory())}. DJL Serving finds the name of this class in the folder's serving.properties and has it translate {@link
 * Input} to {@link Output}: the request's data is the file, the answer a JSON object with each output that is a vector, or all
 * outputs as NPZ where the request accepts {@code tensor/npz}; a bad image is answered with code 400.
 *
 * <p>A bad image ends its batch with an exception, or, with {@link BadImages#NULL}, becomes null. The argument {@code badImages} of
 * the criteria, {@code error} or {@code null}, goes first.
 */
public final class ImageTranslatorFactory implements TranslatorFactory, Serializable {
    private static final long serialVersionUID = 1;
    private static final String BAD_IMAGES = "badImages";
    private static final Set<Type> INPUTS = Set.of(byte[].class, Image.class);
    private static final List<Type> OUTPUTS = List.of(float[].class, byte[].class, Classifications.class);

    private final BadImages badImages;

    /** Called by DJL, which creates the factory by name. Bad images are errors. */
    public ImageTranslatorFactory() {
        this(BadImages.ERROR);
    }

    /** A factory whose translators treat bad images as {@code badImages} says. */
    public ImageTranslatorFactory(BadImages badImages) {
        this.badImages = badImages;
    }

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        Set<Pair<Type, Type>> types = new HashSet<>();
        types.add(new Pair<>(Input.class, Output.class));
        for (Type input : INPUTS) {
            OUTPUTS.forEach(output -> types.add(new Pair<>(input, output)));
        }
        return types;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <I, O> Translator<I, O> newInstance(Class<I> input, Class<O> output, Model model, Map<String, ?> arguments) {
        BadImages bad = badImages(arguments);
        if (input == Input.class && output == Output.class) {
            return (Translator<I, O>) new ImageTranslator<>(ImageInput::ofRequest, new Answers.Served(), bad);
        }
        if (!isSupported(input, output)) {
            throw new IllegalArgumentException("Cannot translate " + input.getSimpleName() + " to "
                    + output.getSimpleName()
                    + ". Use byte[] or Image for images, and float[], byte[] or Classifications"
                    + " for features; or Input and Output.");
        }
        return (Translator<I, O>)
                (input == Image.class
                        ? ImageTranslatorFactory.<Image>of(ImageInput::ofImage, output, bad)
                        : ImageTranslatorFactory.<byte[]>of(ImageInput::ofBytes, output, bad));
    }

    private static <I> Translator<I, ?> of(ImageInput<I> input, Class<?> output, BadImages bad) {
        if (output == float[].class) {
            return new ImageTranslator<>(input, new Answers.Vector<I>(), bad);
        }
        return output == byte[].class
                ? new ImageTranslator<>(input, new Answers.Npz<I>(), bad)
                : new ImageTranslator<>(input, new Answers.Labels<I>(), bad);
    }

    private BadImages badImages(Map<String, ?> arguments) {
        Object value = arguments == null ? null : arguments.get(BAD_IMAGES);
        if (value == null) {
            return badImages;
        }
        return switch (value.toString().toLowerCase(Locale.ROOT)) {
            case "error" -> BadImages.ERROR;
            case "null" -> BadImages.NULL;
            default ->
                throw new ConfigurationException(
                        "The argument " + BAD_IMAGES + " is '" + value + "', but must be error or null.");
        };
    }
}
