package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.gpu.GpuComparison.Named;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.image.resample.ResampleFilter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Made-up JPEGs, intact and damaged; {@link ManyJpegsIT} takes more. */
final class GeneratedJpegsTest {
    private static final Preprocessing STEPS = Preprocessing.builder(ImageProcessor.VIT)
            .resizeTo(new ResizeTarget.Exact(new Size(24, 20)))
            .filter(ResampleFilter.BICUBIC)
            .build();

    @Test
    void intactFilesAreDecodedToTheBytesOfTheCpu() {
        assertAllEqual(GeneratedJpegs.of(250, 1));
    }

    static void assertAllEqual(List<Named> files) {
        try (EmulatedDevice device = EmulatedDevice.shipped();
                GpuComparison comparison = new GpuComparison(device, STEPS)) {
            comparison.compare(files);
            assertThat(comparison.handedOver()).isEmpty();
            assertThat(comparison.equal()).isEqualTo(files.size());
        }
    }

    @Test
    void damagedFilesAreDecodedToTheBytesOfTheCpuOrHandedOver() {
        assertEqualOrHandedOver(DamagedJpegs.of(600, 2), 15);
    }

    @Test
    void numbersThatNoEncoderMakesAreDecodedToTheBytesOfTheCpuOrHandedOver() {
        assertEqualOrHandedOver(DamagedJpegs.ofSteps(250, 3), 50);
    }

    /** @param percent of the files that must be decoded at least */
    static void assertEqualOrHandedOver(List<Named> files, int percent) {
        try (EmulatedDevice device = EmulatedDevice.shipped();
                GpuComparison comparison = new GpuComparison(device, STEPS)) {
            comparison.compare(files);
            System.out.println(files.size() + " damaged JPEGs: " + comparison.equal() + " decoded, "
                    + comparison.handedOver().size() + " handed over, " + comparison.rejected()
                    + " with a damaged header");
            assertThat(100 * comparison.equal()).isGreaterThan(percent * files.size());
        }
    }
}
