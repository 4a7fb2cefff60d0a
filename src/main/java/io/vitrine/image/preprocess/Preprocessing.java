package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import io.vitrine.image.resample.ResampleFilter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an image processor does to an RGB image, as preprocessor_config.json says: resize, centre crop, rescale, normalise, in
 * this order. {@link ImageProcessor#DINOV3_VIT} rescales first. Steps that are not set are left out. Immutable.
 */
public final class Preprocessing implements Serializable {
    private static final long serialVersionUID = 1;

    private final ImageProcessor processor;
    private final ResizeTarget resizeTarget; // null if images are not resized
    private final ResampleFilter filter;
    private final Size cropSize; // null if images are not cropped
    private final double rescaleFactor;
    private final List<Float> mean;
    private final List<Float> std;

    private Preprocessing(Builder builder) {
        processor = builder.processor;
        resizeTarget = builder.resizeTarget;
        filter = builder.filter;
        cropSize = builder.cropSize;
        rescaleFactor = builder.rescaleFactor;
        mean = builder.mean;
        std = builder.std;
    }

    /** A builder without any step. */
    public static Builder builder(ImageProcessor processor) {
        return new Builder(processor);
    }

    /** A builder with these steps. */
    public Builder toBuilder() {
        Builder builder = new Builder(processor);
        builder.resizeTarget = resizeTarget;
        builder.filter = filter;
        builder.cropSize = cropSize;
        builder.rescaleFactor = rescaleFactor;
        builder.mean = mean;
        builder.std = std;
        return builder;
    }

    /**
     * Reads a preprocessor_config.json of any generation.
     *
     * @param modelType the checkpoint's {@code model_type}, which implies the processor if the file names none
     * @param source named in errors
     * @throws ModelException naming the key and its allowed values
     */
    public static Preprocessing read(JsonNode node, String modelType, Object source) {
        return PreprocessorConfig.read(node, modelType, source);
    }

    public ImageProcessor processor() {
        return processor;
    }

    /** The size to resize to; empty if images are not resized. */
    public Optional<ResizeTarget> resizeTarget() {
        return Optional.ofNullable(resizeTarget);
    }

    /** The filter for resizing. */
    public ResampleFilter filter() {
        return filter;
    }

    /** The size of the centre crop; empty if images are not cropped. */
    public Optional<Size> cropSize() {
        return Optional.ofNullable(cropSize);
    }

    /** The factor, in 64-bit floats, that levels from 0 to 255 are multiplied by; 1 if images are not rescaled. */
    public double rescaleFactor() {
        return rescaleFactor;
    }

    /** Subtracted from each channel after rescaling, in 32-bit floats; zeros if images are not normalised. */
    public List<Float> mean() {
        return mean;
    }

    /** The divisor of each channel after the mean is subtracted; ones if images are not normalised. */
    public List<Float> std() {
        return std;
    }

    /**
     * Whether images are rescaled before they are resized, so that they are resized as 32-bit floats. The other processors resize
     * 8-bit levels.
     */
    public boolean rescalesBeforeResize() {
        return processor == ImageProcessor.DINOV3_VIT;
    }

    /** The size of every preprocessed image; empty if it depends on the image. */
    public Optional<Size> outputSize() {
        if (cropSize != null) {
            return Optional.of(cropSize);
        }
        return resizeTarget instanceof Exact exact ? Optional.of(exact.size()) : Optional.empty();
    }

    /**
     * The same steps with another output size. With a crop, the resize keeps its proportion to the crop: 256 and 224 become 512
     * and 448.
     */
    public Preprocessing withOutputSize(Size size) {
        if (cropSize == null) {
            return toBuilder().resizeTo(new Exact(size)).build();
        }
        Builder builder = toBuilder().centerCrop(size);
        if (resizeTarget instanceof ShortestEdge edge) {
            int to = Math.min(size.height(), size.width());
            int from = Math.min(cropSize.height(), cropSize.width());
            builder.resizeTo(new ShortestEdge(scale(edge.length(), to, from)));
        } else if (resizeTarget instanceof Exact exact) {
            Size scaled = new Size(
                    scale(exact.size().height(), size.height(), cropSize.height()),
                    scale(exact.size().width(), size.width(), cropSize.width()));
            builder.resizeTo(new Exact(scaled));
        }
        return builder.build();
    }

    private static int scale(int length, int to, int from) {
        return Math.max(1, (int) Math.round((double) length * to / from));
    }

    /** The content of a preprocessor_config.json, with every key. */
    public Map<String, Object> toConfig() {
        return PreprocessorConfig.write(this);
    }

    /** The steps in words. They are part of an output's identity, so a change makes existing outputs incompatible. */
    @Override
    public String toString() {
        List<String> steps = new ArrayList<>();
        if (rescalesBeforeResize() && rescaleFactor != 1) {
            steps.add("times " + rescaleFactor);
        }
        if (resizeTarget != null) {
            steps.add("resize " + resizeTarget + " " + filter.name().toLowerCase(Locale.ROOT));
        }
        if (cropSize != null) {
            steps.add("centre crop " + cropSize);
        }
        if (!rescalesBeforeResize() && rescaleFactor != 1) {
            steps.add("times " + rescaleFactor);
        }
        if (mean.stream().anyMatch(m -> m != 0) || std.stream().anyMatch(s -> s != 1)) {
            steps.add("mean " + mean + " std " + std);
        }
        return processor + ": " + String.join(", ", steps);
    }

    /** Collects the steps. */
    public static final class Builder {
        private final ImageProcessor processor;
        private ResizeTarget resizeTarget;
        private ResampleFilter filter = ResampleFilter.BILINEAR;
        private Size cropSize;
        private double rescaleFactor = 1;
        private List<Float> mean = List.of(0f, 0f, 0f);
        private List<Float> std = List.of(1f, 1f, 1f);

        private Builder(ImageProcessor processor) {
            this.processor = processor;
        }

        public Builder resizeTo(ResizeTarget target) {
            resizeTarget = target;
            return this;
        }

        /** Default: bilinear. */
        public Builder filter(ResampleFilter filter) {
            this.filter = filter;
            return this;
        }

        public Builder centerCrop(Size size) {
            cropSize = size;
            return this;
        }

        /** Keeps whole images. */
        public Builder noCrop() {
            cropSize = null;
            return this;
        }

        public Builder rescaleFactor(double factor) {
            rescaleFactor = factor;
            return this;
        }

        /** @param mean and {@code std}: one value per channel */
        public Builder normalize(List<Float> mean, List<Float> std) {
            this.mean = List.copyOf(mean);
            this.std = List.copyOf(std);
            return this;
        }

        public Preprocessing build() {
            return new Preprocessing(this);
        }
    }
}
