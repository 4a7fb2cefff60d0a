package io.vitrine.image.resample;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Pillow's resize, against its definition written plainly: pixel by pixel, pass by pass. */
final class PillowResamplerTest {
    private static final ResampleFilter[] FILTERS = {
        ResampleFilter.LANCZOS,
        ResampleFilter.BILINEAR,
        ResampleFilter.BICUBIC,
        ResampleFilter.BOX,
        ResampleFilter.HAMMING
    };

    static final int[][] SHAPES = { // width, height to width, height
        {37, 53, 16, 16},
        {16, 16, 37, 53},
        {640, 5, 32, 32},
        {1, 1, 9, 4},
        {40, 30, 40, 12},
        {40, 30, 13, 30},
        {2, 450, 5, 100},
        {3, 301, 7, 400},
        {2, 900, 5, 300}, // shrunk vertically first, and more rows than a tile has
        {3, 2, 7, 5},
        {2, 3, 1, 1},
        {30, 600, 3000, 300}, // a result so wide that a tile has fewer rows
        {20, 600, 9, 50}, // more rows than a tile has
        {300_000, 30, 16, 30}, // thousands of weights, and so few rows in a tile
        {64, 64, 64, 64}
    };

    @ParameterizedTest
    @FieldSource("SHAPES")
    void noiseAgreesWithTheDefinition(int[] shape) {
        assertAgrees(noise(shape[0], shape[1]), shape);
    }

    /** Sums of black and white pixels overshoot the range on both sides. */
    @ParameterizedTest
    @FieldSource("SHAPES")
    void blackAndWhiteAgreesWithTheDefinition(int[] shape) {
        RgbImage image = noise(shape[0], shape[1]);
        for (int i = 0; i < image.length(); i++) {
            image.pixels()[i] = (byte) (image.pixels()[i] < 0 ? 0 : 255);
        }
        assertAgrees(image, shape);
    }

    @ParameterizedTest
    @EnumSource
    void reusedBuffersDoNotChangeResults(ResampleFilter filter) {
        PillowResampler used = new PillowResampler();
        for (int[] shape : SHAPES) {
            RgbImage image = noise(shape[0], shape[1]);
            assertThat(resized(used, image, shape, filter))
                    .as("%s %s", filter, Arrays.toString(shape))
                    .isEqualTo(resized(new PillowResampler(), image, shape, filter));
        }
    }

    private static void assertAgrees(RgbImage image, int[] shape) {
        PillowResampler resampler = new PillowResampler();
        for (ResampleFilter filter : FILTERS) {
            assertThat(resized(resampler, image, shape, filter))
                    .as("%s %s", filter, Arrays.toString(shape))
                    .isEqualTo(plain(image, shape[2], shape[3], filter));
        }
    }

    private static byte[] resized(PillowResampler resampler, RgbImage image, int[] shape, ResampleFilter filter) {
        RgbImage resized = resampler.resize(image, new Size(shape[3], shape[2]), filter);
        return Arrays.copyOf(resized.pixels(), resized.length());
    }

    private static byte[] plain(RgbImage image, int width, int height, ResampleFilter filter) {
        byte[] pixels = Arrays.copyOf(image.pixels(), image.length());
        boolean tall = image.height() > 100 * image.width() && height < image.height();
        if (tall) {
            pixels = vertical(pixels, image.width(), image.height(), height, filter);
            return horizontal(pixels, image.width(), height, width, filter);
        }
        pixels = horizontal(pixels, image.width(), image.height(), width, filter);
        return vertical(pixels, width, image.height(), height, filter);
    }

    private static byte[] horizontal(byte[] in, int width, int height, int to, ResampleFilter filter) {
        return pass(in, width, height, to, filter, true);
    }

    private static byte[] vertical(byte[] in, int width, int height, int to, ResampleFilter filter) {
        return pass(in, width, height, to, filter, false);
    }

    private static byte[] pass(byte[] in, int width, int height, int to, ResampleFilter filter, boolean horizontal) {
        int from = horizontal ? width : height;
        if (from == to) {
            return in;
        }
        int outWidth = horizontal ? to : width;
        int outHeight = horizontal ? height : to;
        byte[] out = new byte[3 * outWidth * outHeight];
        double scale = (double) from / to;
        double stretch = Math.max(scale, 1);
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            int min = Math.max(0, (int) (centre - filter.support() * stretch + 0.5));
            int max = Math.min(from, (int) (centre + filter.support() * stretch + 0.5));
            double[] weights = new double[max - min];
            double sum = 0;
            for (int k = min; k < max; k++) {
                weights[k - min] = filter.weight((k - centre + 0.5) * (1 / stretch));
                sum += weights[k - min];
            }
            for (int j = 0; j < (horizontal ? height : width); j++) {
                for (int c = 0; c < 3; c++) {
                    int total = 1 << 21;
                    for (int k = min; k < max; k++) {
                        double weight = weights[k - min] / sum * (1 << 22);
                        int at = horizontal ? 3 * (j * width + k) + c : 3 * (k * width + j) + c;
                        int rounded = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
                        total += rounded * (in[at] & 0xff);
                    }
                    int at = horizontal ? 3 * (j * outWidth + i) + c : 3 * (i * outWidth + j) + c;
                    out[at] = (byte) Math.max(0, Math.min(255, total >> 22));
                }
            }
        }
        return out;
    }

    private static RgbImage noise(int width, int height) {
        byte[] pixels = new byte[3 * width * height + 5]; // longer than needed, as reused buffers are
        new Random(width * 31L + height).nextBytes(pixels);
        return new RgbImage(pixels, width, height);
    }
}
