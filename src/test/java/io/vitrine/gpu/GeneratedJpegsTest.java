package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.image.resample.ResampleFilter;
import org.junit.jupiter.api.Test;

/** Made-up JPEGs, damaged and intact. */
final class GeneratedJpegsTest {
    @Test
    void intactFilesAreDecodedToTheBytesOfTheCpu() {
        try (EmulatedDevice device = EmulatedDevice.shipped();
                GpuComparison comparison = new GpuComparison(device, steps(24, 20))) {
            comparison.compare(GeneratedJpegs.of(600, 1));
            assertThat(comparison.handedOver()).isEmpty();
            assertThat(comparison.equal()).isEqualTo(600);
        }
    }

    @Test
    void damagedFilesAreDecodedToTheBytesOfTheCpuOrHandedOver() {
        try (EmulatedDevice device = EmulatedDevice.shipped();
                GpuComparison comparison = new GpuComparison(device, steps(24, 20))) {
            comparison.compare(DamagedJpegs.of(Integer.getInteger("n", 2000), 2));
            System.out.println(comparison.equal() + " " + comparison.handedOver().size());
        }
    }

    @Test
    void numbersThatNoEncoderMakesGiveTheBytesOfTheCpu() {
        try (EmulatedDevice device = EmulatedDevice.shipped();
                GpuComparison comparison = new GpuComparison(device, steps(24, 20))) {
            comparison.compare(DamagedJpegs.ofSteps(Integer.getInteger("n", 2000), 3));
            System.out.println(comparison.equal() + " " + comparison.handedOver().size());
        }
    }

    private static Preprocessing steps(int height, int width) {
        return Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new ResizeTarget.Exact(new Size(height, width)))
                .filter(ResampleFilter.BICUBIC)
                .build();
    }
}
