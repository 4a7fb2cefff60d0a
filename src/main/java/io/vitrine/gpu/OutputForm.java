package io.vitrine.gpu;

import io.vitrine.Size;
import io.vitrine.image.preprocess.CenterCrop;
import io.vitrine.image.preprocess.PixelValues;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.resample.TorchvisionResampler;
import java.util.List;
import java.util.Optional;

/**
 * What a preprocessing makes of every image.
 *
 * @param size of an output
 * @param crop size of the crop, which may be padded; empty if resized images stay whole
 * @param fill around smaller images: red | green << 8 | blue << 16
 * @param level value of each level as a float; zeros for {@link Kind#LEVELS}
 * @param padding of each channel
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record OutputForm(Kind kind, Size size, Optional<Size> crop, int fill, float[] level, List<Float> padding) {
    /** The ordinals are those of {@code Batch.floats} in {@code layout.h}. */
    enum Kind {
        LEVELS,
        RESIZED_FLOATS,
        PADDED_FLOATS
    }

    private static final int LEVELS = 256;

    /** @throws IllegalArgumentException if images come out in different sizes */
    static OutputForm of(Preprocessing steps) {
        Size size = steps.outputSize()
                .orElseThrow(() -> new IllegalArgumentException("images come out in different sizes: " + steps));
        Optional<Size> crop = steps.crop().map(CenterCrop::size);
        int fill = steps.crop().map(CenterCrop::fill).map(OutputForm::packed).orElse(0);
        float[] level = new float[LEVELS];
        if (steps.rescalesBeforeResize()) {
            TorchvisionResampler.rescale(steps.rescaleFactor(), level);
            return new OutputForm(Kind.RESIZED_FLOATS, size, crop, fill, level, List.of(0f, 0f, 0f));
        } else if (steps.padSize().isPresent()) {
            float[] rescaled = PixelValues.rescaledLevels(steps);
            return new OutputForm(Kind.PADDED_FLOATS, size, crop, fill, rescaled, steps.mean());
        }
        return new OutputForm(Kind.LEVELS, size, crop, fill, level, List.of(0f, 0f, 0f));
    }

    private static int packed(List<Integer> colour) {
        return colour.get(0) & 0xff | (colour.get(1) & 0xff) << 8 | (colour.get(2) & 0xff) << 16;
    }

    /** Bytes of an output. */
    int bytes() {
        return Math.multiplyExact(3 * size.height() * size.width(), kind == Kind.LEVELS ? 1 : Float.BYTES);
    }
}
