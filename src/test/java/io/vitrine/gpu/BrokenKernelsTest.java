package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A kernel with one wrong constant does not pass for the CPU. */
final class BrokenKernelsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "huffman.h | 1 << (size - 1) ? | 1 << size ?",
                "sinks.h | bits - bit >= 8 | bits - bit >= 0",
                "idct.h | 4433u | 4434u",
                "upsampling.h | (4 * near + (even ? 8 : 7)) | (4 * near + (even ? 8 : 8))",
                "colour.h | 91881 | 92881",
                "sums.h | 1u << 21 | 1u << 20",
                "crop.h | atLeast(crop, 0) | atLeast(crop, 1)"
            })
    void oneConstantShows(String file, String right, String wrong) {
        Emulator emulator = KernelCompiler.compile(ChangedKernels.with(file, right, wrong));
        assertThat(passes(emulator)).as("%s instead of %s", wrong, right).isFalse();
    }

    @Test
    void rightConstantsPass() {
        assertThat(passes(KernelCompiler.compile(KernelCompiler.SOURCES))).isTrue();
    }

    private static boolean passes(Emulator emulator) {
        Preprocessing steps = Preprocessing.builder(ImageProcessor.VIT)
                .resizeTo(new ResizeTarget.Exact(new Size(24, 20)))
                .build();
        try (EmulatedDevice device = new EmulatedDevice(emulator, 1L << 32);
                GpuComparison comparison = new GpuComparison(device, steps)) {
            return comparison.compare(GeneratedJpegs.of(60, 1)).handedOver().isEmpty();
        } catch (AssertionError e) {
            return false;
        }
    }
}
