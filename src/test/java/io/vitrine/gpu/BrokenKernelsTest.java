package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vitrine.Size;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A kernel with one wrong constant, or without one barrier, does not pass for the CPU. */
@Tag("slow")
final class BrokenKernelsTest {
    private static final Preprocessing STEPS = Preprocessing.builder(ImageProcessor.VIT)
            .resizeTo(new ResizeTarget.Exact(new Size(24, 20)))
            .build();

    static List<Arguments> changes() {
        return List.of(
                arguments("huffman.h", "1 << (size - 1) ?", "1 << size ?"),
                arguments("sinks.h", "bits - bit >= 8", "bits - bit >= 0"),
                arguments("idct.h", "4433u", "4434u"),
                arguments("upsampling.h", "(4 * near + (even ? 8 : 7))", "(4 * near + (even ? 8 : 8))"),
                arguments("colour.h", "91881", "92881"),
                arguments("sums.h", "1u << 21", "1u << 20"),
                arguments("crop.h", "atLeast(crop, 0)", "atLeast(crop, 1)"),
                arguments("entropy.cu", "lanes.wait();", ""), // threads that do not wait for each other
                arguments("rows.cu", "pixels);\n    __syncthreads();", "pixels);"),
                arguments("rows.cu", "sums);\n    }\n    __syncthreads();", "sums);\n    }"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void oneChangeShows(String file, String right, String wrong) {
        Emulator emulator = KernelCompiler.compile(ChangedKernels.with(file, right, wrong));
        assertThat(passes(emulator)).as("%s instead of %s", wrong, right).isFalse();
    }

    @Test
    void rightConstantsPass() {
        assertThat(passes(KernelCompiler.compile(KernelCompiler.SOURCES))).isTrue();
    }

    /** All pixels are right. */
    @Test
    void aWriteBeforeASectionShows() {
        String right = "u8 *output = batch.output + image.output;";
        Emulator emulator =
                KernelCompiler.compile(ChangedKernels.with("columns.cu", right, right + "\n  batch.output[-1] = 0;"));
        try (EmulatedDevice device = new EmulatedDevice(emulator, 1L << 32);
                GpuComparison comparison = new GpuComparison(device, STEPS)) {
            comparison.compare(LargeImagesTest.wideImages());
            assertThat(comparison.handedOver().values()).isNotEmpty().containsOnly(HandOver.DEVICE);
        }
    }

    private static boolean passes(Emulator emulator) {
        try (EmulatedDevice device = new EmulatedDevice(emulator, 1L << 32);
                GpuComparison comparison = new GpuComparison(device, STEPS)) {
            comparison.compare(GeneratedJpegs.of(150, 1)).compare(LargeImagesTest.wideImages());
            return comparison.handedOver().isEmpty();
        } catch (AssertionError e) {
            return false;
        }
    }
}
