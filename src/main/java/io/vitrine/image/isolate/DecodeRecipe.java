package io.vitrine.image.isolate;

import io.vitrine.Size;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import java.io.Serializable;

/** How files become pixels. */
public record DecodeRecipe(Preprocessing preprocessing, ImageLimits limits, DecodeOptions options)
        implements Serializable {

    ImagePreprocessor preprocessor() {
        return new ImagePreprocessor(preprocessing, limits, options);
    }

    /** Bytes of the largest preprocessed image. */
    long maxPixelBytes() {
        long pixels = preprocessing.outputSize().map(DecodeRecipe::area).orElse(limits.maxPixels());
        return 3 * pixels * (preprocessing.givesFloats() ? Float.BYTES : 1);
    }

    private static long area(Size size) {
        return (long) size.height() * size.width();
    }
}
