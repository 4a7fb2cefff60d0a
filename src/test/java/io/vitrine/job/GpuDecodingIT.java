package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.vitrine.gpu.EmulatedDecoding;
import io.vitrine.gpu.EmulatedDevice;
import io.vitrine.job.gpu.DecoderHolder;
import io.vitrine.job.gpu.DecoderUnavailableException;
import io.vitrine.job.task.DecodeDevice.Fallback;
import io.vitrine.report.RunRecord;
import io.vitrine.report.Summary;
import io.vitrine.testkit.FakeBatchDecoder;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs whose JPEGs another decoder decodes, as a GPU would, compared with a run on the CPU: the rows are the same. */
final class GpuDecodingIT {
    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static GpuDecodingRuns runs;
    private static WrittenRun onCpu;

    @BeforeAll
    static void run() throws IOException {
        runs = GpuDecodingRuns.in(shared);
        onCpu = runs.onCpu(shared.resolve("cpu"));
    }

    @AfterAll
    static void stop() {
        runs.close();
    }

    @AfterEach
    void openAsBuilt() {
        DecoderHolder.openAsBuilt();
    }

    @Test
    void theInputHasImagesOfEveryFate() {
        assertThat(onCpu.record().images()).containsOnlyKeys("ok", "truncated", "not_an_image", "empty");
        assertThat(onCpu.rows().stream().mapToInt(List::size).sum()).isEqualTo(GpuDecodingRuns.IMAGES);
    }

    @ParameterizedTest
    @EnumSource
    void rowsStatisticsAndPicturesAreThoseOfTheCpu(Trouble trouble) throws IOException {
        List<FakeBatchDecoder> decoders = GpuDecodingRuns.openFakes(trouble, 20);
        WrittenRun onGpu = runs.onGpu(folder, Fallback.NONE);
        onGpu.assertEqualTo(onCpu);
        RunRecord.Decoding decoding = onGpu.record().decoding();
        assertThat(decoding.device()).isEqualTo("gpu");
        assertThat(decoding.onGpu()).isPositive();
        assertThat(decoding.onGpu()
                        + decoding.onCpu().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .isEqualTo(GpuDecodingRuns.IMAGES);
        boolean fails = !EnumSet.of(Trouble.NONE, Trouble.SLOW, Trouble.ADD_ONCE, Trouble.HEAP_ONCE)
                .contains(trouble);
        assertThat(decoding.faults()).hasSize(fails ? 1 : 0);
        assertThat(decoding.onCpu()).containsKeys("format", "sampling");
        assertThat(decoding.onCpu().containsKey("isolation")).isEqualTo(trouble == Trouble.CLOSE);
        assertThat(Summary.of(onGpu.record())).contains("decoded " + decoding.onGpu() + " on the GPU, ");
        assertThat(onGpu.page())
                .contains("Decoded on the GPU: " + decoding.onGpu() + "; on the CPU instead: ")
                .contains(fails ? "GPU 0 of executor driver does not decode: " : "waiting for the GPU to decode");
        assertThat(decoders)
                .hasSize(1)
                .allSatisfy(
                        decoder -> { // one for all tasks of the process
                            assertThat(decoder.openBatches()).isZero();
                            assertThat(decoder.isClosed()).isTrue();
                        });
    }

    /** The shipped kernels, in an emulator. */
    @Test
    void rowsOfTheKernelsAreThoseOfTheCpu() throws IOException {
        EmulatedDevice.shipped().close(); // skips the test where there is no g++
        DecoderHolder.openWith((gpu, recipe, memory) -> EmulatedDecoding.open(recipe, memory));
        WrittenRun onGpu = runs.onGpu(folder, Fallback.NONE);
        onGpu.assertEqualTo(onCpu);
        RunRecord.Decoding decoding = onGpu.record().decoding();
        assertThat(decoding.onGpu()).isEqualTo(GpuDecodingRuns.IMAGES - 14 - 6);
        assertThat(decoding.onCpu()).containsEntry("format", 14L); // PNGs, texts, empty files
        assertThat(decoding.onCpu().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(14 + 6); // JPEGs that are cut off
        assertThat(decoding.faults()).isEmpty();
    }

    @Test
    void theCpuRunSaysWhyNoGpuDecodes() {
        assertThat(onCpu.record().decoding()).isEqualTo(RunRecord.Decoding.onCpu("--decode-on cpu"));
        assertThat(onCpu.record().taskSeconds()).containsEntry("gpu_decode_wait", 0.0);
        assertThat(Summary.of(onCpu.record())).doesNotContain("on the GPU", "gpu decode wait");
    }

    @Test
    void whereADecoderCannotBeOpenedTheCpuDecodes() throws IOException {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            throw new DecoderUnavailableException("NVRTC is missing");
        });
        WrittenRun onGpu = runs.onGpu(folder, Fallback.CPU);
        onGpu.assertEqualTo(onCpu);
        assertThat(onGpu.record().decoding())
                .isEqualTo(RunRecord.Decoding.onGpu(
                        0,
                        Map.of("device", (long) GpuDecodingRuns.IMAGES),
                        List.of(new RunRecord.DecoderFault("driver", "0", "NVRTC is missing"))));
        assertThat(Summary.of(onGpu.record()))
                .contains("decoded 0 on the GPU, 90 on the CPU (90 device); GPU 0 of executor driver does not decode:"
                        + " NVRTC is missing");
    }
}
