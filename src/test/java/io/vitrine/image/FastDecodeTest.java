package io.vitrine.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageFormat;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.resample.ResampleFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Large JPEGs decoded at a fraction of their size: only where asked for and where much is left, and a few levels off. */
final class FastDecodeTest {
    private static final DecodeOptions FAST = new DecodeOptions(true, true);
    private static final Size TARGET = new Size(224, 224);

    private static ImageHeader jpeg(int width, int height, int orientation) {
        return new ImageHeader(ImageFormat.JPEG, width, height, orientation, ImageHeader.Route.OPENCV);
    }

    @Test
    void theSmallestFractionThatLeavesFourTimesTheTargetIsTaken() {
        assertThat(FAST.denominator(jpeg(1791, 4000, 1), TARGET)).isEqualTo(1);
        assertThat(FAST.denominator(jpeg(1792, 4000, 1), TARGET)).isEqualTo(2);
        assertThat(FAST.denominator(jpeg(4000, 3584, 1), TARGET)).isEqualTo(4);
        assertThat(FAST.denominator(jpeg(7168, 7168, 1), TARGET)).isEqualTo(8);
        assertThat(DecodeOptions.STANDARD.denominator(jpeg(7168, 7168, 1), TARGET))
                .isEqualTo(1);
    }

    @Test
    void aTurnedImageIsMeasuredUpright() {
        Size wide = new Size(100, 400);
        assertThat(FAST.denominator(jpeg(3200, 800, 1), wide)).isEqualTo(2);
        assertThat(FAST.denominator(jpeg(800, 3200, 6), wide)).isEqualTo(2);
        assertThat(FAST.denominator(jpeg(800, 3200, 1), wide)).isEqualTo(1);
        assertThat(new DecodeOptions(false, true).denominator(jpeg(800, 3200, 6), wide))
                .isEqualTo(1);
    }

    @Test
    void otherFormatsAreDecodedWhole() {
        ImageHeader png = new ImageHeader(ImageFormat.PNG, 8000, 8000, 1, ImageHeader.Route.OPENCV);
        ImageHeader cmyk = new ImageHeader(ImageFormat.JPEG, 8000, 8000, 1, ImageHeader.Route.CMYK);
        assertThat(FAST.denominator(png, TARGET)).isEqualTo(1);
        assertThat(FAST.denominator(cmyk, TARGET)).isEqualTo(1);
    }

    @Test
    void thePixelsAreAFewLevelsOff() throws ImageRejectedException {
        byte[] file = Pictures.drawn("jpg", 1999, 1801, 5); // odd sides: the fraction is rounded up
        for (Preprocessing.Target target :
                List.of(new Preprocessing.Exact(new Size(56, 56)), new Preprocessing.ShortestEdge(56))) {
            byte[] exact = prepared(file, target, DecodeOptions.STANDARD);
            byte[] fast = prepared(file, target, FAST);
            assertThat(fast).hasSameSizeAs(exact).isNotEqualTo(exact);
            int worst = 0;
            long sum = 0;
            for (int i = 0; i < exact.length; i++) {
                int difference = Math.abs((exact[i] & 0xff) - (fast[i] & 0xff));
                worst = Math.max(worst, difference);
                sum += difference;
            }
            assertThat(worst).isLessThanOrEqualTo(13);
            assertThat((double) sum / exact.length).isLessThan(3);
        }
    }

    private static byte[] prepared(byte[] bytes, Preprocessing.Target target, DecodeOptions reading)
            throws ImageRejectedException {
        Preprocessing preprocessing = new Preprocessing(
                "ViTImageProcessor",
                target,
                ResampleFilter.BILINEAR,
                null,
                1,
                List.of(0f, 0f, 0f),
                List.of(1f, 1f, 1f));
        FileBytes file = Pictures.file(bytes);
        try (ImagePreprocessor preprocessor = new ImagePreprocessor(preprocessing, ImageLimits.DEFAULT, reading)) {
            return preprocessor
                    .prepare(file, preprocessor.header(file))
                    .pixels()
                    .clone();
        }
    }
}
