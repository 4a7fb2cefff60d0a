package io.vitrine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.Size;
import io.vitrine.cuda.CudaDevice;
import io.vitrine.cuda.FakeCuda;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.image.preprocess.ResizeTarget;
import io.vitrine.image.resample.ResampleFilter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JPEGs through all that runs on a GPU machine, but for the driver: it is {@link FakeCuda}, whose kernels are emulated. */
final class CudaDecodingTest {
    private static final int ILLEGAL_ADDRESS = 700; // CUDA_ERROR_ILLEGAL_ADDRESS
    private static final int LAUNCH_FAILED = 719;
    private static final List<String> KERNELS = List.of(
            "decodeScans",
            "decodeLargeScans",
            "transformBlocks",
            "resizeRows",
            "resizeColumns",
            "resizeRowsFloat",
            "resizeColumnsFloat");
    private static final Preprocessing STEPS = Preprocessing.builder(ImageProcessor.VIT)
            .resizeTo(new ResizeTarget.Exact(new Size(24, 20)))
            .filter(ResampleFilter.BICUBIC)
            .build();

    @TempDir
    private Path folder;

    private FakeCuda cuda;

    @BeforeEach
    void start() throws Exception {
        Emulator emulator = KernelCompiler.compile(KernelCompiler.SOURCES);
        cuda = FakeCuda.start(folder);
        for (String name : KERNELS) {
            cuda.kernel(name, BatchLayout.BATCH_BYTES, (argument, columns, rows, threads, sharedBytes) -> {
                String error = emulator.emulate_launch(name, columns, rows, threads, sharedBytes, argument);
                return error == null ? 0 : LAUNCH_FAILED;
            });
        }
    }

    @Test
    void filesAreDecodedToTheBytesOfTheCpu() {
        try (CudaDevice device = cuda.open();
                GpuComparison comparison = new GpuComparison(device, STEPS)) {
            comparison.compare(GeneratedJpegs.of(120, 3));
            assertThat(comparison.handedOver()).isEmpty();
            assertThat(comparison.equal()).isEqualTo(120);
        }
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void aDeviceWithoutMemoryHandsOver() {
        cuda.set("memory", 1 << 12);
        try (CudaDevice device = cuda.open();
                GpuComparison comparison = new GpuComparison(device, STEPS)) {
            comparison.compare(GeneratedJpegs.of(30, 4));
            assertThat(comparison.handedOver()).hasSize(30).containsValue(HandOver.DEVICE);
        }
        assertThat(cuda.live()).isEmpty();
    }

    @Test
    void aDeviceThatFailsHandsOverFromThereOn() {
        cuda.fail("cuLaunchKernel", 6, ILLEGAL_ADDRESS); // in the second batch
        try (CudaDevice device = cuda.open();
                GpuComparison comparison = new GpuComparison(device, STEPS)) {
            comparison.compare(GeneratedJpegs.of(72, 5));
            assertThat(comparison.equal()).isEqualTo(24);
            assertThat(comparison.handedOver()).hasSize(48).containsValue(HandOver.DEVICE);
        }
    }
}
