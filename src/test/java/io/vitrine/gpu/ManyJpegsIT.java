package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.gpu.GpuComparison.Named;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.testkit.Soak;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kernels on thousands of JPEGs: the CPU's bytes, or a hand-over, never other bytes. */
final class ManyJpegsIT {
    @Test
    void theJpegsOfAllTestsThroughThePreprocessingOfAllCheckpoints() throws IOException {
        try (EmulatedDevice device = EmulatedDevice.shipped()) {
            for (Preprocessing steps : OracleJpegs.preprocessings()) {
                OracleJpegsTest.compare(device, steps);
            }
        }
    }

    @Test
    void intactFiles() {
        GeneratedJpegsTest.assertAllEqual(GeneratedJpegs.of(Soak.rounds(3000, 30_000), 11));
    }

    @Test
    void damagedFiles() {
        GeneratedJpegsTest.assertEqualOrHandedOver(DamagedJpegs.of(Soak.rounds(8000, 100_000), 12), 15);
    }

    @Test
    void numbersThatNoEncoderMakes() {
        GeneratedJpegsTest.assertEqualOrHandedOver(DamagedJpegs.ofSteps(Soak.rounds(3000, 30_000), 13), 50);
    }

    /** Scans of more than 2 million bits take another kernel, in one segment or many. */
    @Test
    void largeScansBesideSmallOnes() {
        List<Named> files = new ArrayList<>();
        for (List<Integer> samplings : List.of(List.of(0x22, 0x11, 0x11), List.of(0x11), List.of(0x11, 0x11, 0x11))) {
            JpegSketch large = JpegSketch.of(1400, 1100, samplings).quantised(1, false);
            files.add(new Named(large.toString(), JpegWriter.write(large)));
            files.addAll(GeneratedJpegs.of(3, samplings.size()));
            JpegSketch restarting = large.restarting(70);
            files.add(new Named(restarting.toString(), JpegWriter.write(restarting)));
        }
        assertThat(files.get(0).bytes().length).isGreaterThan((2 << 20) / 8);
        GeneratedJpegsTest.assertAllEqual(files);
    }
}
