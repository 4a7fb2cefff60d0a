package io.vitrine.image.resample;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fast resampler against the definition written plainly: pixel by pixel, pass by pass. */
final class ResamplerTest {
    private static final int[][] SHAPES = { // width, height to width, height
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
        {30, 600, 3000, 300}, // so wide a result that a tile has fewer rows
        {20, 600, 9, 50}, // more rows than a tile has
        {300_000, 30, 16, 30}, // thousands of weights, and so few rows in a tile
        {64, 64, 64, 64}
    };

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NEAREST")
    void agreesWithThePlainDefinition(ResampleFilter filter) {
        Resampler resampler = new Resampler();
        for (int[] shape : SHAPES) {
            assertAgrees(resampler, noise(shape[0], shape[1]), shape, filter);
            assertAgrees(resampler, extremes(shape[0], shape[1]), shape, filter);
        }
    }

    private static void assertAgrees(Resampler resampler, RgbImage image, int[] shape, ResampleFilter filter) {
        RgbImage actual = resampler.resize(image, new Size(shape[3], shape[2]), filter);
        assertThat(java.util.Arrays.copyOf(actual.pixels(), actual.length()))
                .as("%s %s", filter, java.util.Arrays.toString(shape))
                .isEqualTo(plain(image, shape[2], shape[3], filter));
    }

    /** Black and white at random in each channel: sums beyond both ends. */
    private static RgbImage extremes(int width, int height) {
        RgbImage image = noise(width, height);
        for (int i = 0; i < image.length(); i++) {
            image.pixels()[i] = (byte) (image.pixels()[i] < 0 ? 0 : 255);
        }
        return image;
    }

    private static byte[] plain(RgbImage image, int width, int height, ResampleFilter filter) {
        byte[] pixels = java.util.Arrays.copyOf(image.pixels(), image.length());
        boolean tall = image.height() > 100 * image.width() && height < image.height();
        if (tall) {
            pixels = pass(pixels, image.width(), image.height(), height, filter, false);
            return pass(pixels, image.width(), height, width, filter, true);
        }
        pixels = pass(pixels, image.width(), image.height(), width, filter, true);
        return pass(pixels, width, image.height(), height, filter, false);
    }

    /** One pass over a whole image, rows if {@code horizontal}. */
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
                        total += (int) (weight < 0 ? weight - 0.5 : weight + 0.5) * (in[at] & 0xff);
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
