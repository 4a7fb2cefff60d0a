package io.vitrine.image.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.image.preprocess.CenterCrop.Rounding;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.resample.ResampleFilter;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image processor does to an RGB image: resize, centre crop, rescale, normalise, pad, in this order. {@link
 * ImageProcessor#DINOV3_VIT} rescales first. Steps that are not set are left out. Immutable.
 */
public final class Preprocessing implements Serializable {
    private static final long serialVersionUID = 1;

    private final ImageProcessor processor;
    private final ResizeTarget resizeTarget; // null if images are not resized
    private final ResampleFilter filter;
    private final CenterCrop crop; // null if images are not cropped
    private final Size padSize; // null if images are not padded
    private final SizeRule sizeRule; // null if resize and crop are independent
    private final double rescaleFactor;
    private final List<Float> mean;
    private final List<Float> std;

    private Preprocessing(Builder builder) {
        processor = builder.processor;
        resizeTarget = builder.resizeTarget;
        filter = builder.filter;
        crop = builder.crop;
        padSize = builder.padSize;
        sizeRule = builder.sizeRule;
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
        Builder builder =
                new Builder(processor).resizeTo(resizeTarget).filter(filter).rescaleFactor(rescaleFactor);
        builder.crop = crop;
        builder.padSize = padSize;
        builder.sizeRule = sizeRule;
        return builder.normalize(mean, std);
    }

    /**
     * Reads the preprocessing of a checkpoint.
     *
     * @param node a preprocessor_config.json of any generation; or an object with timm's {@code pretrained_cfg}
     * @param modelType the checkpoint's {@code model_type}, which implies the processor if the file names none
     * @param source named in errors
     * @throws ModelException naming the key and its allowed values
     */
    public static Preprocessing read(JsonNode node, String modelType, Object source) {
        return node.has(TimmConfig.KEY)
                ? TimmConfig.read(node.get(TimmConfig.KEY), source)
                : PreprocessorConfig.read(node, modelType, source);
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

    /** The centre crop; empty if images are not cropped. */
    public Optional<CenterCrop> crop() {
        return Optional.ofNullable(crop);
    }

    /** The size to pad to, at the right and at the bottom, with normalised zeros; empty if images are not padded. */
    public Optional<Size> padSize() {
        return Optional.ofNullable(padSize);
    }

    Optional<SizeRule> sizeRule() {
        return Optional.ofNullable(sizeRule);
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

    /**
     * Whether preprocessed images are rescaled 32-bit floats, not 8-bit levels. Padding needs them: no level becomes a normalised
     * zero.
     */
    public boolean givesFloats() {
        return rescalesBeforeResize() || padSize != null;
    }

    /** The size of every preprocessed image; empty if it depends on the image. */
    public Optional<Size> outputSize() {
        return padSize()
                .or(() -> crop().map(CenterCrop::size))
                .or(() -> resizeTarget instanceof Exact exact ? Optional.of(exact.size()) : Optional.empty());
    }

    /**
     * The same steps with another output size. With a crop or padding, the resize keeps its proportion to it: 256 and 224 become
     * 512 and 448. timm and ConvNext compute the resize from the crop.
     *
     * @throws ConfigurationException if the processor gives no such size
     */
    public Preprocessing withOutputSize(Size size) {
        Builder steps = toBuilder();
        Optional<Size> own = padSize().or(() -> crop().map(CenterCrop::size));
        if (sizeRule != null) {
            steps.size(size, sizeRule);
        } else if (own.isEmpty()) {
            steps.resizeTo(new Exact(size));
        } else {
            resizeTarget().ifPresent(target -> steps.resizeTo(target.scaled(size, own.get())));
            crop().ifPresent(centre -> steps.centerCrop(centre.scaled(size, own.get())));
            padSize().ifPresent(ignored -> steps.padTo(size));
        }
        return steps.build();
    }

    /** The content of a preprocessor_config.json, with every key; of timm's preprocessing, what {@link #read} reads. */
    public Map<String, Object> toConfig() {
        return sizeRule instanceof SizeRule.Timm rule ? TimmConfig.write(this, rule) : PreprocessorFields.of(this);
    }

    /** The steps in words. They are part of an output's identity, so a change makes existing outputs incompatible. */
    @Override
    public String toString() {
        return StepsText.of(this);
    }

    /** Collects the steps. */
    public static final class Builder {
        private final ImageProcessor processor;
        private ResizeTarget resizeTarget;
        private ResampleFilter filter = ResampleFilter.BILINEAR;
        private CenterCrop crop;
        private Size padSize;
        private SizeRule sizeRule;
        private double rescaleFactor = 1;
        private List<Float> mean = List.of(0f, 0f, 0f);
        private List<Float> std = List.of(1f, 1f, 1f);

        private Builder(ImageProcessor processor) {
            this.processor = processor;
        }

        public Builder resizeTo(ResizeTarget target) {
            sizeRule = null;
            resizeTarget = target;
            return this;
        }

        /** Default: bilinear. */
        public Builder filter(ResampleFilter filter) {
            this.filter = filter;
            return this;
        }

        /** A crop as transformers places it. */
        public Builder centerCrop(Size size) {
            return centerCrop(CenterCrop.of(
                    size,
                    processor == ImageProcessor.DINOV3_VIT
                            ? Rounding.TRANSFORMERS_TORCHVISION
                            : Rounding.TRANSFORMERS));
        }

        Builder centerCrop(CenterCrop crop) {
            sizeRule = null;
            this.crop = crop;
            return this;
        }

        /** Keeps whole images. */
        public Builder noCrop() {
            sizeRule = null;
            crop = null;
            return this;
        }

        Builder padTo(Size size) {
            padSize = size;
            return this;
        }

        /** Sets resize and crop by {@code rule}, which also applies to other output sizes. */
        Builder size(Size size, SizeRule rule) {
            rule.apply(size, this);
            sizeRule = rule;
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
