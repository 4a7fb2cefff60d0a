package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same description printed as TorchScript and run by PyTorch, against ONNX Runtime. */
final class TorchScriptTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle/checkpoints");

    @TempDir
    private Path folder;

    @BeforeAll
    static void pyTorchIsHere() {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"),
                "PyTorch's natives are on the class path for x86-64 only");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
    }

    static Stream<Path> checkpoints() throws IOException {
        try (Stream<Path> folders = Files.list(CHECKPOINTS)) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyOutputOfTheOraclesCheckpointsAgrees(Path checkpoint) throws Exception {
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        assertAgree(plan, List.copyOf(ModelOutputs.available(plan.checkpoint())), HeadMask.NONE, PixelInput.UINT8);
        assertAgree(plan, List.copyOf(ModelOutputs.brief(plan.checkpoint())), HeadMask.NONE, PixelInput.PIXEL_VALUES);
    }

    @Test
    void rotaryPositionsHeadMasksAndOddSizesAgree() throws Exception {
        SmallCheckpoint dino =
                SmallCheckpoint.of("dinov3_vit", Map.of("num_register_tokens", 2, "use_gated_mlp", true));
        ModelPlan plan = ModelPlan.of(dino.write(folder.resolve("dino")), Optional.of(new io.vitrine.Size(27, 37)));
        assertAgree(plan, List.of("last_hidden_state", "pooler_output"), HeadMask.NONE, PixelInput.FLOAT32);
        SmallCheckpoint beit = SmallCheckpoint.of("beit", Map.of());
        HeadMask mask = new HeadMask(List.of(List.of(0.5f, 1f), List.of(1f, 0f)));
        ModelPlan wide = ModelPlan.of(beit.write(folder.resolve("beit")), Optional.of(new io.vitrine.Size(16, 32)));
        assertAgree(wide, List.of("last_hidden_state", "mean", "attentions.1"), mask, PixelInput.UINT8);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void everyActivationAgrees(Activation activation) throws Exception {
        String name = activation.name().toLowerCase(java.util.Locale.ROOT).replace("gelu_tanh", "gelu_new");
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of("hidden_act", name, "pooler_act", name));
        ModelPlan plan = ModelPlan.of(small.write(folder.resolve(name)), Optional.empty());
        assertThat(plan.checkpoint().config().hiddenAct()).isEqualTo(activation);
        assertAgree(plan, List.of("pooler_output"), HeadMask.NONE, PixelInput.UINT8);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"fp32", "bf16"})
    void whatIsPackedForTheCpuGivesTheSame(Precision precision) throws Exception {
        SmallCheckpoint small = SmallCheckpoint.of("vit", Map.of());
        ModelPlan plan = ModelPlan.of(small.write(folder.resolve("small-" + precision)), Optional.empty());
        GraphRequest request =
                plan.request(List.of("last_hidden_state", "pooler_output"), HeadMask.NONE, plan.form(), precision);
        TorchScript packed = TorchScript.printForCpu(request, false);
        assertThat(packed.source())
                .contains("_reorder_linear_weight", "\"gelu\"", "\"add\"")
                .doesNotContain("torch.linear");
        assertClose(run(packed), run(TorchScript.print(request)), precision == Precision.fp32 ? 2e-5f : 3e-2f);
    }

    @Test
    void weightsThatFitNoCacheAreCutForAmx() throws Exception {
        // Pieces of an MLP take at most 1.25 MiB, so they are 40,960 wide at a hidden size of 16.
        Map<String, Object> wide = Map.of("intermediate_size", 3 * 40_960);
        ModelPlan plan = ModelPlan.of(SmallCheckpoint.of("vit", wide).write(folder.resolve("wide")), Optional.empty());
        GraphRequest request =
                plan.request(List.of("last_hidden_state", "pooler_output"), HeadMask.NONE, plan.form(), Precision.bf16);
        TorchScript cut = TorchScript.printForCpu(request, true);
        assertThat(cut.source())
                .contains("0, 81920, 122880)", "1, 81920, 122880)", "scaled_dot_product_attention")
                .doesNotContain("torch.linear", "torch.gelu", "torch.softmax");
        assertThat(TorchScript.printForCpu(request, false).source())
                .contains("torch.softmax")
                .doesNotContain("81920", "scaled_dot_product_attention");
        assertClose(run(cut), run(TorchScript.printForCpu(request, false)), 2e-2f);
    }

    @Test
    void attentionWithBiasesIsTheSameOnAmx() throws Exception {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("beit"), Optional.empty());
        GraphRequest request =
                plan.request(List.of("last_hidden_state", "pooler_output"), HeadMask.NONE, plan.form(), Precision.bf16);
        TorchScript plain = TorchScript.printForCpu(request, false);
        assertClose(run(TorchScript.printForCpu(request, true)), run(plain), 3e-2f);
    }

    private void assertAgree(ModelPlan plan, List<String> outputs, HeadMask mask, PixelInput form) throws IOException {
        OnnxModel graph = plan.graph(outputs, mask, form);
        GraphRequest request = plan.request(outputs, mask, form);
        assertThat(TorchScript.print(request).signature()).isEqualTo(graph.signature());
        Map<String, float[]> expected = TwoImages.run(graph);
        assertClose(run(TorchScript.print(request)), expected, 2e-5f);
        assertClose(run(TorchScript.printForCpu(request, false)), expected, 2e-5f);
    }

    private Map<String, float[]> run(TorchScript script) throws IOException {
        return TwoImages.run(script, folder);
    }

    private static void assertClose(Map<String, float[]> actual, Map<String, float[]> expected, float tolerance) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> TwoImages.assertClose(name, actual.get(name), values, tolerance));
    }
}
