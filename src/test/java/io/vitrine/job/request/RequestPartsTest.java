package io.vitrine.job.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import io.vitrine.graph.Precision;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.inference.InferenceEngine;
import io.vitrine.job.request.GpuOptions.DecodeChoice;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a request: their defaults, and the values that each refuses. */
final class RequestPartsTest {
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    static Stream<Named<ThrowingCallable>> locationsWithCredentials() {
        String location = "s3a://KEY:SECRET@bucket/p";
        return Stream.of(
                Named.of("--input", () -> InputRequest.under("photos", location)),
                Named.of("--input-list", () -> InputRequest.list(location)),
                Named.of("--model", () -> ModelRequest.of(location)),
                Named.of("--output", () -> Destination.parquet(location)));
    }

    @ParameterizedTest
    @MethodSource("locationsWithCredentials")
    void credentialsInALocationAreRefusedWithoutThem(ThrowingCallable part) {
        assertThatThrownBy(part)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("holds credentials: s3a://***@bucket/p")
                .hasMessageNotContainingAny("KEY", "SECRET");
    }

    @Test
    void tasksAreChosenUnlessGiven() {
        TaskSettings settings = TaskSettings.DEFAULT;
        assertThat(settings.batchSize()).isEmpty();
        assertThat(settings.partitions()).isEmpty();
        assertThat(settings.fetchAhead()).isEqualTo(TaskSettings.DEFAULT_FETCH_AHEAD);
        assertThat(settings.fetchBytes()).isEqualTo(TaskSettings.DEFAULT_FETCH_BYTES);
        TaskSettings given = TaskSettings.builder().batchSize(16).partitions(3).build();
        assertThat(given.batchSize()).hasValue(16);
        assertThat(given.partitions()).hasValue(3);
    }

    @Test
    void decodingOnAGpuNeedsTheGpuOfTheModelInTheSameStage() {
        assertThat(GpuOptions.NONE.decodeOn()).isEqualTo(DecodeChoice.auto);
        GpuOptions.Builder gpu = GpuOptions.builder().perExecutor(1).decodeOn(DecodeChoice.gpu);
        assertThat(gpu.build().withTasksPerGpu(3).decodeOn()).isEqualTo(DecodeChoice.gpu);
        assertThatThrownBy(() -> gpu.stages(GpuOptions.Stages.STAGED).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "--decode-on gpu, but with --plan staged executors without GPUs decode. Use --plan fused, or"
                                + " --decode-on auto.");
        assertThatThrownBy(() -> gpu.stages(GpuOptions.Stages.FUSED)
                        .device(GpuOptions.DeviceChoice.cpu)
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--decode-on gpu, but --device cpu: images are decoded on the GPU that runs the model. Use"
                        + " --device gpu, or --decode-on auto.");
    }

    @Test
    void engineAndPrecisionAndSizeAreChosenUnlessGiven() {
        ModelRequest request = ModelRequest.of("m");
        assertThat(request.imageSize()).isEmpty();
        assertThat(request.engine()).isEmpty();
        assertThat(request.precision()).isEmpty();
        ModelRequest given = ModelRequest.builder("m")
                .imageSize(new Size(384, 512))
                .engine(InferenceEngine.onnxruntime)
                .precision(Precision.int8)
                .build();
        assertThat(given.imageSize()).hasValue(new Size(384, 512));
        assertThat(given.engine()).hasValue(InferenceEngine.onnxruntime);
        assertThat(given.precision()).hasValue(Precision.int8);
    }

    @Test
    void featuresAreTheUsualColumnsInFloat32() {
        FeatureRequest request = FeatureRequest.builder().build();
        assertThat(request.columns()).isEmpty();
        assertThat(request.encoding()).isEqualTo(MatrixEncoding.BINARY_FLOAT32);
        assertThat(request.norm()).isEqualTo(FeatureRequest.Norm.NONE);
        assertThat(request.topK()).isEqualTo(FeatureRequest.DEFAULT_TOP_K);
        assertThat(request.headMask()).isEmpty();
    }

    @Test
    void aRerunDoesChangedImagesAndKeepsTheRowsOfMissingOnes() {
        RerunPolicy policy = RerunPolicy.DEFAULT;
        assertThat(policy.redo()).isEqualTo(RerunPolicy.Redo.TRANSIENT_FAILURES);
        assertThat(policy.missing()).isEqualTo(RerunPolicy.Missing.KEEP);
        assertThat(policy.imagesPerCommit()).isEqualTo(RerunPolicy.DEFAULT_IMAGES_PER_COMMIT);
    }

    @Test
    void noGpuIsRequestedAndOneThatIsMayBeShared() {
        GpuOptions none = GpuOptions.NONE;
        assertThat(none.perExecutor()).isZero();
        assertThat(none.tasksPerGpu()).isEmpty();
        assertThat(none.device()).isEqualTo(GpuOptions.DeviceChoice.auto);
        assertThat(none.resource()).isEqualTo("gpu");
        assertThat(none.isStaged()).isFalse();
        GpuOptions two = GpuOptions.builder().perExecutor(2).build().withTasksPerGpu(4);
        assertThat(two.tasksPerExecutor()).isEqualTo(8);
        assertThat(two.gpusPerTask()).isEqualTo(0.25);
    }

    @Test
    void tasksPerGpuMustBeChosenBeforeTheyAreUsed() {
        GpuOptions open = GpuOptions.builder().perExecutor(1).build();
        assertThatThrownBy(open::gpusPerTask).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(open::tasksPerExecutor).isInstanceOf(IllegalStateException.class);
    }

    private static Arguments refusal(String message, ThrowingCallable request) {
        return Arguments.of(Named.of(message, request), message);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(
                        "--batch-size is 0, but must be at least 1.",
                        TaskSettings.builder().batchSize(0)::build),
                refusal(
                        "--fetch-ahead is 0, but must be at least 1.",
                        TaskSettings.builder().fetchAhead(0)::build),
                refusal(
                        "--fetch-bytes is -1, but must be at least 1.",
                        TaskSettings.builder().fetchBytes(-1)::build),
                refusal(
                        "--partitions is 0, but must be at least 1.",
                        TaskSettings.builder().partitions(0)::build),
                refusal(
                        "--images-per-commit is 0, but must be at least 1.",
                        RerunPolicy.builder().imagesPerCommit(0)::build),
                refusal(
                        "--top-k is 0, but must be at least 1.",
                        FeatureRequest.builder().topK(0)::build),
                refusal(
                        "--columns names a column twice: cls,mean,cls",
                        FeatureRequest.builder().columns("cls", "mean", "cls")::build),
                refusal(
                        "--gpus-per-executor is -1, but must be at least 0.",
                        GpuOptions.builder().perExecutor(-1)::build),
                refusal(
                        "--tasks-per-gpu is -1, but must be at least 1.",
                        GpuOptions.builder().perExecutor(1).tasksPerGpu(-1)::build),
                refusal(
                        "--gpu-resource-name is 'g p u', but must be a name, such as gpu.",
                        GpuOptions.builder().resource("g p u")::build),
                refusal(
                        "--image-size is 64x8193, but a side can be at most 8192.",
                        ModelRequest.builder("m").imageSize(new Size(64, 8193))::build),
                refusal(
                        "No input. Give --input, such as --input s3a://bucket/photos, or --input-list.",
                        InputRequest::under));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aValueOutOfRangeIsRefusedWithItsOption(ThrowingCallable request, String message) {
        assertThatThrownBy(request).isInstanceOf(ConfigurationException.class).hasMessage(message);
    }

    private static ImageRequest limits(int maxBytes, long maxPixels) {
        return new ImageRequest(DecodeOptions.STANDARD, new ImageLimits(maxBytes, maxPixels));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, --max-image-bytes is 0",
        "1, 0, --max-pixels is 0",
        "2147483647, 1, --max-image-bytes can be at most 2147483639 and --max-pixels at most 715827879",
        "1, 715827880, --max-image-bytes can be at most 2147483639 and --max-pixels at most 715827879"
    })
    void imageLimitsBeyondAnArrayAreRefused(int maxBytes, long maxPixels, String message) {
        assertThatThrownBy(() -> limits(maxBytes, maxPixels))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void imageLimitsMayFillAnArray() {
        assertThatNoException().isThrownBy(() -> limits(MAX_ARRAY, MAX_ARRAY / 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"photos/*.jpg", "photos/?.jpg", "photos/[ab]", "photos/{a,b}"})
    void anInputWithAGlobIsIncomplete(String place) {
        assertThat(InputRequest.under(place).isComplete()).isFalse();
        assertThat(InputRequest.under("photos", place).isComplete()).isFalse();
    }

    @Test
    void aFolderIsCompleteUnlessNamesAreLeftOut() {
        assertThat(InputRequest.under("photos").isComplete()).isTrue();
        assertThat(new InputRequest.Folders(List.of("photos"), "*.jpg").isComplete())
                .isFalse();
    }

    @Test
    void aListIsIncompleteAndHasNoFolders() {
        InputRequest list = InputRequest.list("list.csv");
        assertThat(list).isEqualTo(new InputRequest.PathList("list.csv", "path"));
        assertThat(list.isComplete()).isFalse();
        assertThat(list.folders()).isEmpty();
        assertThat(list.places()).containsExactly("list.csv");
    }
}
