package io.vitrine.image.preprocess;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import io.vitrine.image.preprocess.CenterCrop.Rounding;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.OneRatio;
import io.vitrine.image.preprocess.ResizeTarget.OneRatio.Fit;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import io.vitrine.image.resample.ResampleFilter;
import java.io.Serializable;
import java.util.List;

/** How resize and crop follow from the size of the output. */
sealed interface SizeRule extends Serializable {
    /**
     * Sets resize and crop so that every image comes out at {@code size}.
     *
     * @throws ConfigurationException if the processor gives no such size
     */
    void apply(Size size, Preprocessing.Builder steps);

    /** ConvNext's {@code crop_pct}: below 384 pixels the crop's share of the resized edge; from there on nothing is cropped. */
    record ConvNext(double cropPct) implements SizeRule {
        private static final int WARPED_FROM = 384;

        /** The resized edge of a smaller image. */
        double resizedEdge(int edge) {
            return edge / cropPct;
        }

        boolean crops(int edge) {
            return edge < WARPED_FROM;
        }

        @Override
        public void apply(Size size, Preprocessing.Builder steps) {
            if (size.height() != size.width()) {
                throw new ConfigurationException("The image size is " + size + ", but " + ImageProcessor.CONVNEXT
                        + " makes squares only. Choose a square, such as --image-size " + size.height() + ".");
            }
            if (crops(size.height())) {
                steps.resizeTo(new ShortestEdge(Math.max(1, (int) resizedEdge(size.height()))))
                        .centerCrop(CenterCrop.of(size, Rounding.TRANSFORMERS));
            } else {
                steps.resizeTo(new Exact(size)).noCrop();
            }
        }
    }

    /**
     * timm's {@code crop_pct}, {@code crop_mode} and {@code interpolation}. Both edges of the output, divided by {@code cropPct} and
     * rounded down, are the scale that images are resized to before the crop.
     *
     * @param border the colour around images in the mode {@link CropMode#BORDER}, an 8-bit level per channel
     */
    record Timm(double cropPct, CropMode mode, ResampleFilter filter, List<Integer> border) implements SizeRule {
        /** The {@code crop_mode}. */
        enum CropMode {
            /** The image covers the scale. */
            CENTER,
            /** The image becomes the scale, whatever its aspect ratio. */
            SQUASH,
            /** The image fits into the scale and gets a border. */
            BORDER
        }

        Size scale(Size size) {
            return new Size(scale(size.height()), scale(size.width()));
        }

        private int scale(int edge) {
            return (int) Math.max(1, Math.floor(edge / cropPct));
        }

        @Override
        public void apply(Size size, Preprocessing.Builder steps) {
            Size scale = scale(size);
            CenterCrop crop = CenterCrop.of(size, Rounding.TORCHVISION);
            steps.filter(filter).centerCrop(crop);
            switch (mode) {
                case SQUASH -> steps.resizeTo(new Exact(scale));
                case BORDER ->
                    steps.resizeTo(new OneRatio(scale, Fit.CONTAIN))
                            .centerCrop(new CenterCrop(size, Rounding.TORCHVISION, border));
                case CENTER -> {
                    if (scale.height() == scale.width()) {
                        steps.resizeTo(new ShortestEdge(scale.height()));
                    } else { // timm does not hand the interpolation on, and bilinear is its default
                        steps.resizeTo(new OneRatio(scale, Fit.COVER)).filter(ResampleFilter.BILINEAR);
                    }
                }
            }
        }
    }
}
