package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models printed as TorchScript and run by PyTorch, against the same models on ONNX Runtime. */
@Tag("slow")
final class TorchScriptTest {
    private static final List<String> LAST_STATE_AND_POOLER = List.of("last_hidden_state", "pooler_output");

    @TempDir
    private Path folder;

    @BeforeAll
    static void assumePyTorch() {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"),
                "the class path has PyTorch's libraries for x86-64 only");
    }

    static Stream<String> checkpoints() throws IOException {
        return OracleCheckpoints.names();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyOutputOfUint8PixelsAgrees(String checkpoint) throws IOException {
        ModelPlan plan = OracleCheckpoints.plan(checkpoint);
        assertAgrees(plan.request(List.copyOf(ModelOutputs.available(plan.checkpoint())))
                .withInput(PixelInput.UINT8));
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everySummaryOutputOfPixelValuesAgrees(String checkpoint) throws IOException {
        ModelPlan plan = OracleCheckpoints.plan(checkpoint);
        assertAgrees(plan.request(List.copyOf(ModelOutputs.summaryOutputs(plan.checkpoint())))
                .withInput(PixelInput.PIXEL_VALUES));
    }

    @Test
    void rotaryPositionsOfAnOddImageSizeAgree() throws IOException {
        SmallCheckpoint dino =
                SmallCheckpoint.of("dinov3_vit", Map.of("num_register_tokens", 2, "use_gated_mlp", true));
        ModelPlan plan = ModelPlan.of(dino.write(folder.resolve("dino")), Optional.of(new Size(27, 37)));
        assertAgrees(plan.request(LAST_STATE_AND_POOLER).withInput(PixelInput.FLOAT32));
    }

    @Test
    void headMasksAndPositionBiasesOfAWideImageAgree() throws IOException {
        SmallCheckpoint beit = SmallCheckpoint.of("beit", Map.of());
        ModelPlan plan = ModelPlan.of(beit.write(folder.resolve("beit")), Optional.of(new Size(16, 32)));
        HeadMask mask = new HeadMask(List.of(List.of(0.5f, 1f), List.of(1f, 0f)));
        assertAgrees(plan.request(List.of("last_hidden_state", "mean", "attentions.1"))
                .withHeadMask(mask)
                .withInput(PixelInput.UINT8));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void everyActivationAgrees(Activation activation) throws IOException {
        String name = activation.name().toLowerCase(Locale.ROOT).replace("gelu_tanh", "gelu_new");
        ModelPlan plan = small(Map.of("hidden_act", name, "pooler_act", name));
        assertThat(plan.checkpoint().config().hiddenAct()).isEqualTo(activation);
        assertAgrees(plan.request(List.of("pooler_output")).withInput(PixelInput.UINT8));
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"fp32", "bf16"})
    void aModulePackedForTheCpuAgreesWithThePlainOne(Precision precision) throws IOException {
        GraphRequest request = small(Map.of()).request(LAST_STATE_AND_POOLER).withPrecision(precision);
        TorchScript packed = TorchScript.print(request, TorchTarget.CPU);
        assertThat(packed.source())
                .contains("_reorder_linear_weight", "\"gelu\"", "\"add\"")
                .doesNotContain("torch.linear");
        assertClose(run(packed), run(TorchScript.print(request)), precision == Precision.fp32 ? 2e-5f : 3e-2f);
    }

    @Test
    void largeMlpsAreCutForAmx() throws IOException {
        // A piece of an MLP takes at most 1.25 MiB. At a hidden size of 16 it is 40,960 wide.
        GraphRequest request = small(Map.of("intermediate_size", 3 * 40_960))
                .request(LAST_STATE_AND_POOLER)
                .withPrecision(Precision.bf16);
        TorchScript cut = TorchScript.print(request, TorchTarget.AMX);
        TorchScript whole = TorchScript.print(request, TorchTarget.CPU);
        assertThat(cut.source())
                .contains("0, 81920, 122880)", "1, 81920, 122880)", "scaled_dot_product_attention")
                .doesNotContain("torch.linear", "torch.gelu", "torch.softmax");
        assertThat(whole.source()).contains("torch.softmax").doesNotContain("81920", "scaled_dot_product_attention");
        assertClose(run(cut), run(whole), 2e-2f);
    }

    @Test
    void attentionWithPositionBiasesAgreesOnAmx() throws IOException {
        GraphRequest request =
                OracleCheckpoints.plan("beit").request(LAST_STATE_AND_POOLER).withPrecision(Precision.bf16);
        assertClose(
                run(TorchScript.print(request, TorchTarget.AMX)),
                run(TorchScript.print(request, TorchTarget.CPU)),
                3e-2f);
    }

    private ModelPlan small(Map<String, Object> config) throws IOException {
        return ModelPlan.of(SmallCheckpoint.of("vit", config).write(folder.resolve("small")), Optional.empty());
    }

    private void assertAgrees(GraphRequest request) throws IOException {
        OnnxModel onnx = OnnxModel.print(request);
        assertThat(TorchScript.print(request).signature()).isEqualTo(onnx.signature());
        Map<String, float[]> expected = ModelRuns.run(onnx);
        assertClose(run(TorchScript.print(request)), expected, 2e-5f);
        assertClose(run(TorchScript.print(request, TorchTarget.CPU)), expected, 2e-5f);
    }

    private Map<String, float[]> run(TorchScript script) throws IOException {
        return ModelRuns.run(script, folder);
    }

    private static void assertClose(Map<String, float[]> actual, Map<String, float[]> expected, float tolerance) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> ModelRuns.assertClose(name, actual.get(name), values, tolerance));
    }
}
