package io.vitrine.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.image.preprocess.ImageProcessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.job.gpu.GpuProbe;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.GpuOptions.DecodeChoice;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.job.task.DecodeDevice;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What decodes, by what was asked for and what was found. */
final class DecodePlannerTest {
    private static final GpuProbe.Answer GPU = new GpuProbe.Answer(Optional.empty(), Optional.empty());
    private static final GpuProbe.Answer NO_DECODER =
            new GpuProbe.Answer(Optional.empty(), Optional.of("NVRTC is missing"));
    private static final GpuProbe.Answer NO_GPU = GpuProbe.Answer.noGpu("none is requested");

    private static ExtractRequest.Builder builder(DecodeChoice choice) {
        return ExtractRequest.builder()
                .input("in")
                .model("m")
                .output("out")
                .gpus(GpuOptions.builder().decodeOn(choice).build());
    }

    private static DecodePlanner planner(ExtractRequest.Builder builder) {
        ExtractRequest request = builder.build();
        DecodeRecipe recipe = new DecodeRecipe(
                Preprocessing.builder(ImageProcessor.VIT).build(),
                request.images().limits(),
                request.images().decoding());
        return new DecodePlanner(request, "model", recipe);
    }

    @Test
    void autoTakesTheGpuOfTheModel() {
        DecodePlanner planner = planner(builder(DecodeChoice.auto));
        assertThat(planner.wanted()).isPresent();
        assertThat(planner.choose(GPU))
                .isEqualTo(new DecodeDevice.Gpu("gpu", planner.wanted().get(), DecodeDevice.Fallback.CPU));
    }

    @Test
    void autoGoesBackToTheCpuWithTheReason() {
        DecodePlanner planner = planner(builder(DecodeChoice.auto));
        assertThat(planner.choose(NO_GPU)).isEqualTo(new DecodeDevice.Cpu("no GPU runs the model"));
        assertThat(planner.choose(NO_DECODER)).isEqualTo(new DecodeDevice.Cpu("NVRTC is missing"));
    }

    @Test
    void gpuStopsTheRunWithTheReason() {
        DecodePlanner planner = planner(builder(DecodeChoice.gpu));
        assertThat(planner.choose(GPU))
                .isEqualTo(new DecodeDevice.Gpu("gpu", planner.wanted().get(), DecodeDevice.Fallback.NONE));
        assertThatThrownBy(() -> planner.choose(NO_GPU))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "--decode-on gpu, but no GPU runs the model: none is requested. Give --gpus-per-executor 1, in"
                                + " local mode --device gpu; or --decode-on auto.");
        assertThatThrownBy(() -> planner.choose(NO_DECODER))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "--decode-on gpu, but the GPU cannot decode images: NVRTC is missing. Use --decode-on auto or"
                                + " cpu.");
    }

    @Test
    void whatTheRequestExcludesIsNotTried() {
        assertCpu(builder(DecodeChoice.cpu), "--decode-on cpu");
        assertCpu(
                builder(DecodeChoice.auto)
                        .gpus(GpuOptions.builder()
                                .stages(GpuOptions.Stages.STAGED)
                                .build()),
                "--plan staged");
        assertCpu(
                builder(DecodeChoice.auto)
                        .images(new ImageRequest(
                                new DecodeOptions(ExifOrientation.APPLY, JpegScaling.FAST), ImageLimits.DEFAULT)),
                "--decode fast");
        assertCpu(
                builder(DecodeChoice.auto)
                        .tasks(TaskSettings.builder()
                                .isolation(DecodeIsolation.PROCESS)
                                .build()),
                "--decode-isolation process");
    }

    private static void assertCpu(ExtractRequest.Builder request, String reason) {
        DecodePlanner planner = planner(request);
        assertThat(planner.wanted()).isEmpty();
        assertThat(planner.choose(GPU)).isEqualTo(new DecodeDevice.Cpu(reason));
    }

    @Test
    void decodersOfDifferentRecipesHaveDifferentNames() {
        String standard = name(builder(DecodeChoice.auto));
        String ignoringExif = name(builder(DecodeChoice.auto)
                .images(new ImageRequest(
                        new DecodeOptions(ExifOrientation.IGNORE, JpegScaling.EXACT), ImageLimits.DEFAULT)));
        String smaller = name(builder(DecodeChoice.auto)
                .images(new ImageRequest(DecodeOptions.STANDARD, new ImageLimits(1000, 1000))));
        assertThat(standard)
                .isNotEqualTo(ignoringExif)
                .isNotEqualTo(smaller)
                .isEqualTo(name(builder(DecodeChoice.gpu)));
    }

    private static String name(ExtractRequest.Builder request) {
        return planner(request).wanted().orElseThrow().name();
    }
}
