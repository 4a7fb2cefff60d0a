package io.vitrine.job.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.ConfigurationException;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.image.isolate.DecodeIsolation;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole request: what it requires, and what its parts must agree on. */
final class ExtractRequestTest {
    private static final RerunPolicy MARK_DELETED =
            RerunPolicy.builder().missing(RerunPolicy.Missing.MARK_DELETED).build();

    private static ExtractRequest.Builder builder() {
        return ExtractRequest.builder()
                .input("s3a://bucket/photos")
                .model("google/vit-base-patch16-224-in21k")
                .output("s3a://bucket/features");
    }

    @Test
    void inputModelAndOutputAreEnough() {
        ExtractRequest request = builder().build();
        assertThat(request.input().places()).containsExactly("s3a://bucket/photos");
        assertThat(request.model()).isEqualTo(ModelRequest.of("google/vit-base-patch16-224-in21k"));
        assertThat(request.output()).isEqualTo(Destination.parquet("s3a://bucket/features"));
        assertThat(request.features()).isEqualTo(FeatureRequest.builder().build());
        assertThat(request.images()).isEqualTo(ImageRequest.DEFAULT);
        assertThat(request.tasks()).isEqualTo(TaskSettings.DEFAULT);
        assertThat(request.rerun()).isEqualTo(RerunPolicy.DEFAULT);
        assertThat(request.gpus()).isEqualTo(GpuOptions.NONE);
    }

    static Stream<Arguments> incompleteBuilders() {
        return Stream.of(
                Arguments.of(
                        ExtractRequest.builder().model("m").output("o"),
                        "an input (--input, --input-list or --input-table)"),
                Arguments.of(ExtractRequest.builder().input("i").output("o"), "a model (--model)"),
                Arguments.of(ExtractRequest.builder().input("i").model("m"), "an output (--output)"));
    }

    @ParameterizedTest
    @MethodSource("incompleteBuilders")
    void aMissingPartIsRefused(ExtractRequest.Builder builder, String part) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("The request lacks " + part + ".");
    }

    static final List<InputRequest> PARTIAL_INPUTS = List.of(
            InputRequest.under("s3a://bucket/photos/*.png"),
            InputRequest.under("s3a://bucket/photos", "s3a://bucket/{a,b}"),
            new InputRequest.Folders(List.of("s3a://bucket/photos"), "*.png"),
            InputRequest.list("list.txt"),
            new InputRequest.CellTable("table", "image", Optional.empty()));

    @ParameterizedTest
    @FieldSource("PARTIAL_INPUTS")
    void marksDeletedImagesOnlyBelowWholeFolders(InputRequest partial) {
        ExtractRequest.Builder builder = builder().input(partial).rerun(MARK_DELETED);
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--mark-deleted needs whole folders");
        assertThat(builder.rerun(RerunPolicy.DEFAULT).build().input()).isEqualTo(partial);
    }

    @Test
    void aFolderMayMarkDeletedImages() {
        assertThat(builder().rerun(MARK_DELETED).build().rerun()).isEqualTo(MARK_DELETED);
    }

    @Test
    void decodingOnAGpuExcludesOtherWaysToDecode() {
        ExtractRequest.Builder fast = builder()
                .images(new ImageRequest(
                        new DecodeOptions(ExifOrientation.APPLY, JpegScaling.FAST), ImageLimits.DEFAULT));
        ExtractRequest.Builder isolated = builder()
                .tasks(TaskSettings.builder().isolation(DecodeIsolation.PROCESS).build());
        GpuOptions gpu =
                GpuOptions.builder().decodeOn(GpuOptions.DecodeChoice.gpu).build();
        assertThat(fast.build().gpus().decodeOn()).isEqualTo(GpuOptions.DecodeChoice.auto);
        assertThat(isolated.build().gpus().decodeOn()).isEqualTo(GpuOptions.DecodeChoice.auto);
        assertThatThrownBy(() -> fast.gpus(gpu).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--decode-on gpu, but --decode fast");
        assertThatThrownBy(() -> isolated.gpus(gpu).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("--decode-on gpu, but --decode-isolation process");
    }

    static Stream<Named<Consumer<ExtractRequest.Builder>>> changes() {
        return Stream.of(
                Named.of("input", builder -> builder.input(InputRequest.list("list.txt"))),
                Named.of("model", builder -> builder.model("/models/other")),
                Named.of("output", builder -> builder.output("/features")),
                Named.of("columns", builder -> builder.columns("cls")),
                Named.of(
                        "tasks",
                        builder -> builder.tasks(
                                TaskSettings.builder().batchSize(3).build())),
                Named.of("rerun", builder -> builder.rerun(MARK_DELETED)),
                Named.of(
                        "gpus",
                        builder ->
                                builder.gpus(GpuOptions.builder().perExecutor(1).build())));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aCopyKeepsEveryPart(Consumer<ExtractRequest.Builder> change) {
        ExtractRequest.Builder builder = builder();
        change.accept(builder);
        ExtractRequest request = builder.build();
        assertThat(request).isNotEqualTo(builder().build());
        assertThat(request.toBuilder().build()).isEqualTo(request);
    }
}
