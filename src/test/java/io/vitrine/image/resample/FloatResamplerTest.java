package io.vitrine.image.resample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.VitrineException;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageDecoder;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.PixelValues;
import io.vitrine.image.preprocess.Preprocessing;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DINOv3's resize of floats, against its definition in 64-bit floats. */
final class FloatResamplerTest {
    private static final FloatResampler RESAMPLER = new FloatResampler(); // one for all: its buffers are used again

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
        byte[] pixels = new byte[3 * height * width];
        new Random(height).nextBytes(pixels);
        for (ResampleFilter filter : new ResampleFilter[] {ResampleFilter.BILINEAR, ResampleFilter.BICUBIC}) {
            float[] actual = RESAMPLER.resize(
                    new RgbImage(pixels, width, height), new Size(toHeight, toWidth), filter, 1.0 / 255);
            double[][] rows = weights(height, toHeight, filter);
            double[][] columns = weights(width, toWidth, filter);
            for (int y = 0; y < toHeight; y++) {
                for (int x = 0; x < toWidth; x++) {
                    for (int c = 0; c < 3; c++) {
                        double sum = 0;
                        for (int i = 0; i < height; i++) {
                            for (int j = 0; j < width; j++) {
                                sum += rows[y][i] * columns[x][j] * (pixels[3 * (i * width + j) + c] & 0xff) / 255;
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
    void sumsInOrderBitForBit(int height, int width, int toHeight, int toWidth) {
        byte[] pixels = new byte[3 * height * width];
        new Random(width).nextBytes(pixels);
        for (ResampleFilter filter : new ResampleFilter[] {ResampleFilter.BILINEAR, ResampleFilter.BICUBIC}) {
            float[] plain = new float[pixels.length];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (float) (pixels[i] & 0xff) * (float) (1.0 / 255);
            }
            if (width != toWidth) {
                plain = summed(plain, height, 3 * width, FloatCoefficients.of(filter, width, toWidth), 3);
            }
            if (height != toHeight) {
                plain = summed(plain, 1, plain.length, FloatCoefficients.of(filter, height, toHeight), 3 * toWidth);
            }
            float[] actual = RESAMPLER.resize(
                    new RgbImage(pixels, width, height), new Size(toHeight, toWidth), filter, 1.0 / 255);
            assertThat(Arrays.copyOf(actual, plain.length)).isEqualTo(plain);
        }
    }

    /** Each of {@code rows} rows of numbers, {@code step} of them a pixel, one product after the other. */
    private static float[] summed(float[] numbers, int rows, int length, FloatCoefficients c, int step) {
        float[] sums = new float[rows * c.out * step];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < c.out * step; i++) {
                int out = i / step;
                float sum = 0;
                for (int k = 0; k < c.count[out]; k++) {
                    sum += c.weights[out * c.stride + k] * numbers[row * length + (c.first[out] + k) * step + i % step];
                }
                sums[row * c.out * step + i] = sum;
            }
        }
        return sums;
    }

    /** The weight of each input for each output: the filter stretched by the ratio when shrinking, then normalised. */
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

    @Test
    void dinov3RescalesResizesAndNormalisesInThisOrder() throws IOException, ImageRejectedException {
        Preprocessing p = read("{\"size\": {\"height\": 8, \"width\": 8}}");
        assertThat(p.inFloats()).isTrue();
        assertThat(p)
                .hasToString("DINOv3ViTImageProcessor: times 0.00392156862745098, resize 8x8 bilinear,"
                        + " mean [0.485, 0.456, 0.406] std [0.229, 0.224, 0.225]");
        FileBytes file = Pictures.file(Pictures.drawn("png", 19, 11, 3));
        try (ImagePreprocessor preprocessor = new ImagePreprocessor(p, ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            ImagePreprocessor.Prepared image = preprocessor.prepare(file, preprocessor.header(file));
            assertThat(image.pixels()).hasSize(8 * 8 * 3 * 4);
            RgbImage decoded;
            try (ImageDecoder decoder = new ImageDecoder()) {
                decoded = decoder.decode(file, preprocessor.header(file), true, 1);
            }
            float[] resized = new FloatResampler().resize(decoded, new Size(8, 8), ResampleFilter.BILINEAR, 1.0 / 255);
            float[] values = PixelValues.of(image.pixels(), image.size(), p);
            assertThat(values[64 + 9]).isEqualTo((resized[3 * 9 + 1] - .456f) / .224f);
        }
    }

    @Test
    void aSmallImageAfterALargeOneIsAsIfAlone() throws IOException, ImageRejectedException {
        Preprocessing p = read("{\"size\": {\"height\": 8, \"width\": 8}}");
        FileBytes small = Pictures.file(Pictures.drawn("png", 19, 11, 3));
        FileBytes large = Pictures.file(Pictures.drawn("png", 90, 300, 3));
        try (ImagePreprocessor used = new ImagePreprocessor(p, ImageLimits.DEFAULT, DecodeOptions.STANDARD);
                ImagePreprocessor fresh = new ImagePreprocessor(p, ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            used.prepare(large, used.header(large));
            assertThat(used.prepare(small, used.header(small)).pixels())
                    .isEqualTo(fresh.prepare(small, fresh.header(small)).pixels());
        }
    }

    @Test
    void whatItWouldNotDoExactlyIsRefused() {
        assertThatThrownBy(() -> read("{\"do_center_crop\": true}"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("for a centre crop");
        assertThatThrownBy(() -> read("{\"resample\": 1}")).hasMessageContaining("for a resize with LANCZOS");
    }

    private static Preprocessing read(String json) throws IOException {
        return Preprocessing.read(new ObjectMapper().readTree(json), "dinov3_vit", "preprocessor_config.json");
    }
}
