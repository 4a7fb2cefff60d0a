package io.vitrine.image.resample;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.image.RgbImage;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resizing of floats, against its definition in 64-bit floats. */
final class TorchvisionResamplerTest {
    private static final double FACTOR = 1.0 / 255;
    private static final ResampleFilter[] FILTERS = {ResampleFilter.BILINEAR, ResampleFilter.BICUBIC};

    @ParameterizedTest
    @CsvSource({
        "37, 53, 16, 16",
        "16, 16, 37, 20",
        "20, 31, 20, 12",
        "9, 9, 9, 9",
        "1, 1, 5, 5",
        "64, 3, 8, 8",
        "600, 7, 9, 4",
        "5, 900, 5, 9"
    })
    void agreesWithTheDefinition(int height, int width, int toHeight, int toWidth) {
        RgbImage image = noise(height, width, height);
        TorchvisionResampler resampler = new TorchvisionResampler();
        for (ResampleFilter filter : FILTERS) {
            float[] actual = resampler.resize(image, new Size(toHeight, toWidth), filter, FACTOR);
            double[][] rows = weights(height, toHeight, filter);
            double[][] columns = weights(width, toWidth, filter);
            for (int y = 0; y < toHeight; y++) {
                for (int x = 0; x < toWidth; x++) {
                    for (int c = 0; c < 3; c++) {
                        double sum = 0;
                        for (int i = 0; i < height; i++) {
                            for (int j = 0; j < width; j++) {
                                int level = image.pixels()[3 * (i * width + j) + c] & 0xff;
                                sum += rows[y][i] * columns[x][j] * level / 255;
                            }
                        }
                        assertThat((double) actual[3 * (y * toWidth + x) + c]).isCloseTo(sum, Offset.offset(3e-6));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"37, 53, 16, 16", "300, 1000, 70, 50", "16, 16, 37, 20", "5, 900, 5, 9", "900, 5, 9, 5"})
    void sumsInInputOrderBitForBit(int height, int width, int toHeight, int toWidth) {
        RgbImage image = noise(height, width, width);
        TorchvisionResampler resampler = new TorchvisionResampler();
        for (ResampleFilter filter : FILTERS) {
            float[] plain = new float[image.length()];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (float) (image.pixels()[i] & 0xff) * (float) FACTOR;
            }
            if (width != toWidth) {
                plain = summed(plain, height, 3 * width, FloatCoefficients.of(filter, width, toWidth), 3);
            }
            if (height != toHeight) {
                plain = summed(plain, 1, plain.length, FloatCoefficients.of(filter, height, toHeight), 3 * toWidth);
            }
            float[] actual = resampler.resize(image, new Size(toHeight, toWidth), filter, FACTOR);
            assertThat(Arrays.copyOf(actual, plain.length)).isEqualTo(plain);
        }
    }

    @Test
    void reusedBuffersDoNotChangeResults() {
        int[][] shapes = {{37, 53, 16, 16}, {16, 16, 37, 20}, {1, 1, 5, 5}, {600, 7, 9, 4}, {9, 9, 9, 9}, {5, 900, 5, 9}
        };
        TorchvisionResampler used = new TorchvisionResampler();
        for (int[] shape : shapes) {
            RgbImage image = noise(shape[0], shape[1], 1);
            Size size = new Size(shape[2], shape[3]);
            float[] expected = new TorchvisionResampler().resize(image, size, ResampleFilter.BICUBIC, FACTOR);
            assertThat(used.resize(image, size, ResampleFilter.BICUBIC, FACTOR))
                    .as("%dx%d to %s", shape[0], shape[1], size)
                    .startsWith(expected);
        }
    }

    private static RgbImage noise(int height, int width, long seed) {
        byte[] pixels = new byte[3 * height * width];
        new Random(seed).nextBytes(pixels);
        return new RgbImage(pixels, width, height);
    }

    /** Resamples each of {@code rows} rows of pixels with {@code step} values, adding one product after the other. */
    private static float[] summed(float[] values, int rows, int length, FloatCoefficients c, int step) {
        float[] sums = new float[rows * c.out * step];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < c.out * step; i++) {
                int out = i / step;
                float sum = 0;
                for (int k = 0; k < c.count[out]; k++) {
                    sum += c.weights[out * c.stride + k] * values[row * length + (c.first[out] + k) * step + i % step];
                }
                sums[row * c.out * step + i] = sum;
            }
        }
        return sums;
    }

    /** The weight of each input for each output: the filter, widened by the ratio when shrinking, then normalised. */
    private static double[][] weights(int in, int out, ResampleFilter filter) {
        double ratio = (double) in / out;
        double stretch = Math.max(1, ratio);
        double[][] weights = new double[out][in];
        for (int o = 0; o < out; o++) {
            double sum = 0;
            for (int i = 0; i < in; i++) {
                double distance = Math.abs(i + 0.5 - (o + 0.5) * ratio) / stretch;
                weights[o][i] = filter == ResampleFilter.BILINEAR ? Math.max(0, 1 - distance) : cubic(distance);
                sum += weights[o][i];
            }
            for (int i = 0; i < in; i++) {
                weights[o][i] /= sum;
            }
        }
        return weights;
    }

    private static double cubic(double x) {
        return x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
    }
}
