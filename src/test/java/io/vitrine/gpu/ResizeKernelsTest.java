package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.gpu.GpuComparison.Named;
import io.vitrine.image.Pictures;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.image.resample.ResampleFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All filters, sizes and orders of the two passes. */
final class ResizeKernelsTest {
    private final EmulatedDevice device = EmulatedDevice.shipped();

    @AfterEach
    void close() {
        device.close();
    }

    private static Named picture(int width, int height) {
        return new Named(width + " x " + height, Pictures.drawn("jpg", width, height, width * 1000L + height));
    }

    /** Shrunk, enlarged, of equal width, height, or both, and very tall or wide. */
    private static List<Named> pictures() {
        return List.of(
                picture(90, 60),
                picture(17, 50),
                picture(10, 7),
                picture(1, 1),
                picture(20, 70),
                picture(70, 24),
                picture(20, 24),
                picture(3, 310),
                picture(3, 300),
                picture(310, 3),
                picture(20, 2100));
    }

    @ParameterizedTest
    @EnumSource(ResampleFilter.class)
    void everyFilterGivesTheBytesOfTheCpu(ResampleFilter filter) {
        ResizeTarget target = new ResizeTarget.Exact(new Size(24, 20));
        Preprocessing levels =
                Preprocessing.builder(ImageProcessor.VIT).resizeTo(target).filter(filter).build();
        assertEqual(new GpuComparison(device, levels), pictures());
        Preprocessing floats = Preprocessing.builder(ImageProcessor.DINOV3_VIT)
                .resizeTo(target)
                .filter(filter)
                .rescaleFactor(1 / 255.0)
                .build();
        if (filter == ResampleFilter.NEAREST) { // the CPU rejects every image
            assertAllHandedOver(new GpuComparison(device, floats), pictures(), HandOver.PREPROCESSING);
        } else {
            assertEqual(new GpuComparison(device, floats), pictures());
        }
    }

    @Test
    void cropsOfSmallerAndLargerImagesGiveTheBytesOfTheCpu() {
        for (ImageProcessor processor : List.of(ImageProcessor.VIT, ImageProcessor.DINOV3_VIT)) {
            for (Size crop : List.of(new Size(15, 15), new Size(40, 21), new Size(9, 50))) {
                Preprocessing.Builder steps = Preprocessing.builder(processor).centerCrop(crop).rescaleFactor(0.01);
                assertEqual(new GpuComparison(device, steps.build()), pictures());
                steps.resizeTo(new ResizeTarget.ShortestEdge(19)).filter(ResampleFilter.LANCZOS);
                steps.centerCrop(crop);
                assertEqual(new GpuComparison(device, steps.build()), pictures());
            }
        }
    }

    @Test
    void everyOrientationIsTurnedOrNot() {
        List<Named> files = new ArrayList<>();
        for (int orientation = 1; orientation <= 8; orientation++) {
            JpegSketch sketch = JpegSketch.of(37, 29, List.of(0x22, 0x11, 0x11)).stored(orientation);
            files.add(new Named(sketch.toString(), JpegWriter.write(sketch)));
        }
        Preprocessing steps = Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new ResizeTarget.Exact(new Size(24, 20)))
                .build();
        for (ExifOrientation exif : ExifOrientation.values()) {
            DecodeOptions options = new DecodeOptions(exif, JpegScaling.EXACT);
            assertEqual(new GpuComparison(device, steps, options), files);
        }
    }

    @Test
    void imagesThatTheCpuDecodesAtAReducedSizeAreHandedOver() {
        Preprocessing steps = Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new ResizeTarget.Exact(new Size(6, 6)))
                .build();
        DecodeOptions options = new DecodeOptions(ExifOrientation.APPLY, JpegScaling.FAST);
        assertAllHandedOver(
                new GpuComparison(device, steps, options), List.of(picture(60, 50)), HandOver.PREPROCESSING);
        assertEqual(new GpuComparison(device, steps, options), List.of(picture(30, 20)));
    }

    @Test
    void imagesThatTheCpuRejectsAreHandedOver() {
        Preprocessing steps = Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new ResizeTarget.WithinBox(new Size(20, 20)))
                .centerCrop(new Size(10, 10))
                .build();
        assertAllHandedOver(new GpuComparison(device, steps), List.of(picture(100, 3)), HandOver.PREPROCESSING);
    }

    private static void assertEqual(GpuComparison comparison, List<Named> files) {
        try (comparison) {
            comparison.compare(files);
            assertThat(comparison.handedOver()).isEmpty();
            assertThat(comparison.equal()).isEqualTo(files.size());
        }
    }

    private static void assertAllHandedOver(GpuComparison comparison, List<Named> files, HandOver reason) {
        try (comparison) {
            comparison.compare(files);
            assertThat(comparison.handedOver().values()).hasSize(files.size()).containsOnly(reason);
        }
    }
}
