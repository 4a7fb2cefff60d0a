package io.vitrine.image.preprocess;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.Size;
import io.vitrine.image.decode.ImageLimits;

/** The sizes that images are resized to, and which images a preprocessing cannot take. Immutable. */
public final class ResizedSizes {
    private final Preprocessing preprocessing;
    private final ImageLimits limits;

    public ResizedSizes(Preprocessing preprocessing, ImageLimits limits) {
        this.preprocessing = preprocessing;
        this.limits = limits;
    }

    /**
     * The size to resize an upright image to.
     *
     * @param size of the image
     * @throws ImageRejectedException if it has a side of 0, exceeds the limit of pixels, or does not fit into the padding
     */
    public Size of(Size size) throws ImageRejectedException {
        Size resized =
                preprocessing.resizeTarget().map(target -> target.of(size)).orElse(size);
        if (resized.height() < 1 || resized.width() < 1) {
            throw tooNarrow(size, "would be resized to " + resized);
        }
        if (preprocessing.resizeTarget().isPresent()
                && (long) resized.height() * resized.width() > limits.maxPixels()) {
            throw new ImageRejectedException(
                    RejectionReason.TOO_LARGE,
                    "the image would be resized to " + resized + "; the limit is " + limits.maxPixels()
                            + " pixels (--max-pixels)");
        }
        if (preprocessing.padSize().isPresent()) {
            Size padSize = preprocessing.padSize().get();
            Size unpadded = preprocessing.crop().map(CenterCrop::size).orElse(resized);
            if (unpadded.height() > padSize.height() || unpadded.width() > padSize.width()) {
                throw tooNarrow(size, "comes out at " + unpadded + ", beyond the padding to " + padSize);
            }
        }
        return resized;
    }

    private static ImageRejectedException tooNarrow(Size size, String outcome) {
        return new ImageRejectedException(
                RejectionReason.UNSUPPORTED,
                "the image of " + size + " is so narrow that it " + outcome + "; the reference fails on it too");
    }
}
