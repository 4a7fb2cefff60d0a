package io.vitrine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.RunInterruptedException;
import io.vitrine.job.gpu.DecoderHolder;
import io.vitrine.job.gpu.DecoderUnavailableException;
import io.vitrine.job.plan.ExtractPlan;
import io.vitrine.job.plan.PendingImages;
import io.vitrine.job.plan.PlanDescription;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.RerunPolicy;
import io.vitrine.job.task.DecodeDevice.Fallback;
import io.vitrine.testkit.Await;
import io.vitrine.testkit.FakeBatchDecoder;
import io.vitrine.testkit.FakeBatchDecoder.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says about decoding on a GPU, runs that stop because of it, and outputs of both kinds. */
final class GpuDecodingPlansIT {
    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static GpuDecodingRuns runs;

    @BeforeAll
    static void start() throws IOException {
        runs = GpuDecodingRuns.in(shared);
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
    void thePlanSaysWhereImagesAreDecodedAndHowMuchMemoryThatTakes() {
        ExtractRequest request = runs.request(folder);
        ExtractPlan cpu = runs.plan(request);
        assertThat(describe(cpu)).contains("decoding       on the CPU: no GPU runs the model\n");
        assertThat(describe(runs.planOnGpu(request, Fallback.CPU)))
                .contains(
                        "decoding       of JPEGs on the GPU, the rest on the CPU; at most 2,048 MiB of the GPU's memory and"
                                + " 1,088 MiB of page-locked memory per executor; per slot, at most 64 MiB of heap, and ")
                .contains("to decode on the GPU (images of up to 12 megapixels)");
        assertThat(describe(cpu)).doesNotContain("to decode on the GPU");
    }

    @Test
    void whatIsDemandedAndImpossibleIsRefusedBeforeAnyWork() {
        ExtractRequest request = runs.request(folder.resolve("new")).toBuilder()
                .gpus(GpuOptions.builder().decodeOn(GpuOptions.DecodeChoice.gpu).build())
                .build();
        assertThatThrownBy(() -> Extract.run(runs.spark(), request))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("--decode-on gpu, but no GPU runs the model: none is requested.");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void whereADecoderIsRequiredTheRunStopsWithTheReason() {
        DecoderHolder.openWith((gpu, recipe, memory) -> {
            throw new DecoderUnavailableException("NVRTC is missing");
        });
        assertThatThrownBy(() -> runs.onGpu(folder, Fallback.NONE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "--decode-on gpu, but GPU 0 of executor driver cannot decode images: NVRTC is missing."
                                + " Use --decode-on auto or cpu.");
    }

    @Test
    void aRunThatIsInterruptedLeavesNothing() {
        List<FakeBatchDecoder> decoders = GpuDecodingRuns.openFakes(Trouble.SLOW, 0);
        ExtractPlan plan = runs.planOnGpu(runs.request(folder), Fallback.NONE);
        Thread running = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            Await.until("files on the GPU", Duration.ofSeconds(60), () -> decoders.stream()
                    .anyMatch(decoder -> decoder.added() > 10));
            running.interrupt();
        });
        interrupter.start();
        assertThatThrownBy(() -> runs.run(plan)).isInstanceOf(RunInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        Await.until("the tasks have ended", Duration.ofSeconds(60), () -> decoders.stream()
                .allMatch(decoder -> decoder.isClosed() && decoder.openBatches() == 0));
    }

    @Test
    void runsWithAndWithoutAGpuShareAnOutput() throws IOException {
        GpuDecodingRuns.openFakes(Trouble.NONE, 0);
        runs.onCpu(folder);
        ExtractRequest again = runs.request(folder).toBuilder()
                .rerun(RerunPolicy.builder().redo(RerunPolicy.Redo.ALL).build())
                .build();
        assertThat(runs.run(runs.planOnGpu(again, Fallback.NONE)).total()).isEqualTo(GpuDecodingRuns.IMAGES);
    }

    private static String describe(ExtractPlan plan) {
        try (var archives = plan.archives()) {
            return PlanDescription.of(
                    plan,
                    PendingImages.of(runs.spark(), plan, plan.images()),
                    runs.spark().sparkContext().getConf());
        }
    }
}
