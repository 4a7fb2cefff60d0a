package io.vitrine.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.Size;
import io.vitrine.image.Pictures;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageDecoder;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import io.vitrine.image.resample.ResampleFilter;
import io.vitrine.image.resample.TorchvisionResampler;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImagePreprocessorTest {
    private static final Preprocessing DINOV3 =
            Configs.read("{'image_processor_type':'DINOv3ViTImageProcessor'}").withOutputSize(new Size(8, 8));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "photo_420.jpg",
                "exif6.jpg",
                "cmyk.jpg",
                "rgb.png",
                "gray16.png",
                "lossy.webp",
                "trans.gif",
                "rgb.bmp",
                "lzw.tif"
            })
    void damagedFilesAreDecodedOrRejected(String name) {
        Random random = new Random(name.hashCode());
        byte[] whole = Pictures.oracle(name);
        ImageLimits limits = new ImageLimits(1 << 20, 10_000_000);
        Preprocessing plain = Preprocessing.builder(ImageProcessor.VIT).build();
        try (ImagePreprocessor preprocessor = new ImagePreprocessor(plain, limits, DecodeOptions.STANDARD)) {
            for (int i = 0; i < 60; i++) {
                preprocessOrReject(preprocessor, damaged(whole, random)); // must not throw anything else
            }
        }
    }

    private static byte[] damaged(byte[] whole, Random random) {
        byte[] damaged = whole.clone();
        for (int j = 0; j < 1 + random.nextInt(8); j++) {
            int at = random.nextBoolean()
                    ? random.nextInt(Math.min(64, damaged.length))
                    : random.nextInt(damaged.length);
            damaged[at] = (byte) random.nextInt(256);
        }
        return damaged;
    }

    private static void preprocessOrReject(ImagePreprocessor preprocessor, byte[] bytes) {
        try {
            assertThat(preprocessor.preprocess(Pictures.file(bytes)).pixels()).isNotEmpty();
        } catch (ImageRejectedException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    static List<ResizeTarget> targets() {
        return List.of(new Exact(new Size(56, 56)), new ShortestEdge(56));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fastScalingChangesPixelsByAFewLevels(ResizeTarget target) throws ImageRejectedException {
        byte[] file = Pictures.drawn("jpg", 1999, 1801, 5); // odd sides: the fraction is rounded up
        byte[] exact = preprocessed(file, target, JpegScaling.EXACT);
        byte[] fast = preprocessed(file, target, JpegScaling.FAST);
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

    private static byte[] preprocessed(byte[] bytes, ResizeTarget target, JpegScaling scaling)
            throws ImageRejectedException {
        Preprocessing preprocessing =
                Preprocessing.builder(ImageProcessor.VIT).resizeTo(target).build();
        DecodeOptions options = new DecodeOptions(ExifOrientation.APPLY, scaling);
        try (ImagePreprocessor preprocessor = new ImagePreprocessor(preprocessing, ImageLimits.DEFAULT, options)) {
            return preprocessor.preprocess(Pictures.file(bytes)).pixels();
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'size':{'max_height':8,'max_width':8}} | the image of 1x90 is so narrow that it would be resized to 0x8",
                "{'size':{'shortest_edge':8,'longest_edge':16},'do_pad':true,'pad_size':20} | would be resized to 0x16",
                "{'size':{'shortest_edge':16,'longest_edge':48},'do_pad':true,'pad_size':48} | it comes out at 1x90, beyond the padding to 48x48"
            })
    void veryNarrowImagesAreRejectedWhereTheReferenceFails(String json, String message) {
        try (ImagePreprocessor preprocessor =
                new ImagePreprocessor(Configs.read(json), ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            assertThatThrownBy(() -> preprocessor.preprocess(Pictures.file(Pictures.drawn("png", 90, 1, 3))))
                    .isInstanceOf(ImageRejectedException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void dinov3ImagesAreResizedAsFloats() throws ImageRejectedException {
        FileBytes file = Pictures.file(Pictures.drawn("png", 19, 11, 3));
        try (ImagePreprocessor preprocessor =
                        new ImagePreprocessor(DINOV3, ImageLimits.DEFAULT, DecodeOptions.STANDARD);
                ImageDecoder decoder = new ImageDecoder()) {
            PreprocessedImage image = preprocessor.preprocess(file);
            assertThat(image.pixels()).hasSize(8 * 8 * 3 * 4);
            RgbImage decoded = decoder.decode(file, preprocessor.readHeader(file), ExifOrientation.APPLY, 1);
            float[] resized =
                    new TorchvisionResampler().resize(decoded, new Size(8, 8), ResampleFilter.BILINEAR, 1.0 / 255);
            float[] values = PixelValues.of(image, DINOV3);
            assertThat(values[64 + 9]).isEqualTo((resized[3 * 9 + 1] - .456f) / .224f);
        }
    }

    @Test
    void reusedBuffersDoNotChangeResults() throws ImageRejectedException {
        FileBytes small = Pictures.file(Pictures.drawn("png", 19, 11, 3));
        FileBytes large = Pictures.file(Pictures.drawn("png", 90, 300, 3));
        try (ImagePreprocessor used = new ImagePreprocessor(DINOV3, ImageLimits.DEFAULT, DecodeOptions.STANDARD);
                ImagePreprocessor fresh = new ImagePreprocessor(DINOV3, ImageLimits.DEFAULT, DecodeOptions.STANDARD)) {
            used.preprocess(large);
            assertThat(used.preprocess(small).pixels())
                    .isEqualTo(fresh.preprocess(small).pixels());
        }
    }
}
