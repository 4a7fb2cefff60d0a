package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.image.resample.ResampleFilter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an image processor does to an RGB image, read from either generation of preprocessor_config.json: resize, centre
 * crop, rescale, normalise, in this order; DINOv3's rescales first and resizes floats.
 *
 * @param processor {@code ViTImageProcessor}, {@code DeiTImageProcessor}, {@code BeitImageProcessor}, {@code
 *     BitImageProcessor}, {@code CLIPImageProcessor} or {@code DINOv3ViTImageProcessor}
 * @param target what to resize to, or null for no resize
 * @param crop the centre crop, or null for none
 * @param factor what pixels from 0 to 255 are multiplied with, in 64-bit floats; 1 for none
 * @param mean subtracted from each channel afterwards, in 32-bit floats; 0 for none
 * @param std divided by
 */
public record Preprocessing(
        String processor,
        Target target,
        ResampleFilter filter,
        Size crop,
        double factor,
        List<Float> mean,
        List<Float> std)
        implements Serializable {

    static final String DINOV3 = "DINOv3ViTImageProcessor";

    /** What to resize to. */
    public sealed interface Target extends Serializable {
        /** The size of an image of {@code from}. */
        Size of(Size from);
    }

    /** Exactly this size, whatever the aspect ratio. */
    public record Exact(Size size) implements Target {
        @Override
        public Size of(Size from) {
            return size;
        }

        @Override
        public String toString() {
            return size.toString();
        }
    }

    /** The shorter edge to this length, the longer one in proportion, truncated. */
    public record ShortestEdge(int length) implements Target {
        @Override
        public Size of(Size from) {
            int shorter = Math.min(from.height(), from.width());
            int longer = Math.max(from.height(), from.width());
            int scaled = Math.max(1, (int) ((double) ((long) length * longer) / shorter));
            return from.height() <= from.width() ? new Size(length, scaled) : new Size(scaled, length);
        }

        @Override
        public String toString() {
            return "shortest edge " + length;
        }
    }

    /**
     * Reads a preprocessor_config.json.
     *
     * @param modelType the checkpoint's, which names the processor where the file does not
     * @param source named in errors
     * @throws VitrineException naming the key and what it needs
     */
    public static Preprocessing read(JsonNode node, String modelType, Object source) {
        return PreprocessorConfig.read(node, modelType, source);
    }

    /**
     * Whether pixels are resized as 32-bit floats after they are rescaled, and so leave {@link ImagePreprocessor} as floats: the
     * order of {@code DINOv3ViTImageProcessor}.
     */
    public boolean inFloats() {
        return processor.equals(DINOV3);
    }

    /** The size every image ends with, or empty where it depends on the image. */
    public Optional<Size> outputSize() {
        if (crop != null) {
            return Optional.of(crop);
        }
        return target instanceof Exact exact ? Optional.of(exact.size()) : Optional.empty();
    }

    /**
     * The same for another output size. With a crop, what comes before it keeps its proportion to the crop: 256 and 224
     * become 512 and 448.
     */
    public Preprocessing resizedTo(Size size) {
        if (crop == null) {
            return new Preprocessing(processor, new Exact(size), filter, null, factor, mean, std);
        }
        Target scaled = target;
        if (target instanceof ShortestEdge edge) {
            int length = Math.min(size.height(), size.width());
            scaled = new ShortestEdge(scale(edge.length, length, Math.min(crop.height(), crop.width())));
        } else if (target instanceof Exact exact) {
            scaled = new Exact(new Size(
                    scale(exact.size.height(), size.height(), crop.height()),
                    scale(exact.size.width(), size.width(), crop.width())));
        }
        return new Preprocessing(processor, scaled, filter, size, factor, mean, std);
    }

    private static int scale(int length, int to, int from) {
        return Math.max(1, (int) Math.round((double) length * to / from));
    }

    /** The same with another resize target and, on demand, no crop: how the oracle overrides a processor's size. */
    public Preprocessing with(Target other, Size otherCrop) {
        return new Preprocessing(processor, other, filter, otherCrop, factor, mean, std);
    }

    /** The same as a preprocessor_config.json with every key. */
    public Map<String, Object> config() {
        return PreprocessorConfig.write(this);
    }

    /** In words, for the run record and a dry run. */
    @Override
    public String toString() {
        List<String> steps = new ArrayList<>();
        if (inFloats() && factor != 1) {
            steps.add("times " + factor);
        }
        if (target != null) {
            steps.add("resize " + target + " " + filter.name().toLowerCase(Locale.ROOT));
        }
        if (crop != null) {
            steps.add("centre crop " + crop);
        }
        if (!inFloats() && factor != 1) {
            steps.add("times " + factor);
        }
        if (mean.stream().anyMatch(m -> m != 0) || std.stream().anyMatch(s -> s != 1)) {
            steps.add("mean " + mean + " std " + std);
        }
        return processor + ": " + String.join(", ", steps);
    }
}
