package io.vitrine.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When JPEGs are decoded at a fraction of their size. */
final class JpegScalingTest {
    private static final JpegScans ONE_SCAN =
            new JpegScans(/* first= */ 100, /* count= */ 1, /* arePartial= */ false, /* restarts= */ 0);

    private static final DecodeOptions FAST = new DecodeOptions(ExifOrientation.APPLY, JpegScaling.FAST);
    private static final Size TARGET = new Size(224, 224);

    private static ImageHeader jpeg(int width, int height, int orientation) {
        return new JpegHeader(width, height, orientation, 3, ONE_SCAN, Completeness.COMPLETE);
    }

    @ParameterizedTest
    @CsvSource({"1791, 4000, 1", "1792, 4000, 2", "4000, 3584, 4", "7168, 7168, 8"})
    void theSmallestSizeOfFourTimesTheTargetIsUsed(int width, int height, int denominator) {
        assertThat(FAST.scaleDenominator(jpeg(width, height, 1), TARGET)).isEqualTo(denominator);
    }

    @Test
    void exactScalingDecodesTheFullSize() {
        assertThat(DecodeOptions.STANDARD.scaleDenominator(jpeg(7168, 7168, 1), TARGET))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"3200, 800, 1, 2", "800, 3200, 6, 2", "800, 3200, 1, 1"})
    void aTurnedImageIsMeasuredUpright(int width, int height, int orientation, int denominator) {
        assertThat(FAST.scaleDenominator(jpeg(width, height, orientation), new Size(100, 400)))
                .isEqualTo(denominator);
    }

    @Test
    void anImageThatIsNotTurnedIsMeasuredAsStored() {
        DecodeOptions options = new DecodeOptions(ExifOrientation.IGNORE, JpegScaling.FAST);
        assertThat(options.scaleDenominator(jpeg(800, 3200, 6), new Size(100, 400)))
                .isEqualTo(1);
    }

    @Test
    void aPngIsDecodedAtFullSize() {
        ImageHeader png = new PngHeader(8000, 8000, 1);
        assertThat(FAST.scaleDenominator(png, TARGET)).isEqualTo(1);
    }

    @Test
    void aCmykJpegIsDecodedAtFullSize() {
        ImageHeader cmyk = new JpegHeader(8000, 8000, 1, 4, ONE_SCAN, Completeness.COMPLETE);
        assertThat(FAST.scaleDenominator(cmyk, TARGET)).isEqualTo(1);
    }
}
