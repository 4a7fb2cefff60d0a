package io.vitrine.gpu;

import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.CenterCrop;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizedSizes;
import io.vitrine.image.resample.AxisWeights;
import io.vitrine.image.resample.ResampleFilter;
import java.util.List;
import java.util.Optional;

/** Plans the steps of a preprocessing for each image. Thread-safe; images of a size share their weights. */
final class ResizePlans {
    /** Longer sides of resized images are left to the CPU, so that weights take at most a few MB. */
    private static final int MAX_RESIZED_SIDE = 1 << 16;

    /** From this many rows per column on, Pillow shrinks images vertically first. */
    private static final long TALL = 100;

    private final Preprocessing steps;
    private final ResizedSizes sizes;
    private final AxisCache axes;

    ResizePlans(Preprocessing steps, ImageLimits limits) {
        this.steps = steps;
        sizes = new ResizedSizes(steps, limits);
        ResampleFilter filter = steps.filter();
        axes = new AxisCache(
                steps.rescalesBeforeResize()
                        ? (in, out) -> AxisWeights.ofFloats(filter, in, out)
                        : (in, out) -> AxisWeights.ofLevels(filter, in, out));
    }

    /**
     * Plans the steps.
     *
     * @param size of the upright image
     * @throws HandOverException if the preprocessing rejects such an image, or has steps that the kernels lack
     */
    ResizePlan of(Size size) throws HandOverException {
        Size resized;
        try {
            resized = sizes.of(size);
        } catch (ImageRejectedException e) {
            throw new HandOverException(HandOver.PREPROCESSING);
        }
        Optional<CenterCrop> crop = steps.crop();
        Size inner = crop.map(CenterCrop::size).orElse(resized);
        boolean fits = steps.padSize().isPresent() || steps.outputSize().equals(Optional.of(inner));
        if (!fits || !hasKernels() || Math.max(resized.height(), resized.width()) > MAX_RESIZED_SIDE) {
            throw new HandOverException(HandOver.PREPROCESSING);
        }
        return new ResizePlan(
                axes.of(size.width(), resized.width()),
                axes.of(size.height(), resized.height()),
                order(size, resized),
                crop.map(c -> c.left(resized)).orElse(0),
                crop.map(c -> c.top(resized)).orElse(0),
                inner);
    }

    /** Floats are not resized by NEAREST, cropped onto another colour than black, or padded. */
    private boolean hasKernels() {
        return !steps.rescalesBeforeResize()
                || steps.filter() != ResampleFilter.NEAREST
                        && steps.padSize().isEmpty()
                        && steps.crop().map(CenterCrop::fill).orElse(List.of(0, 0, 0)).equals(List.of(0, 0, 0));
    }

    private ResizePlan.Order order(Size size, Size resized) {
        boolean verticalFirst = !steps.rescalesBeforeResize()
                && steps.filter() != ResampleFilter.NEAREST
                && size.width() != resized.width()
                && size.height() > TALL * size.width()
                && resized.height() < size.height();
        return verticalFirst ? ResizePlan.Order.VERTICAL_FIRST : ResizePlan.Order.HORIZONTAL_FIRST;
    }
}
