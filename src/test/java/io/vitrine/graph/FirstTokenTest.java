package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vitrine.checkpoint.SmallCheckpoint;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where only the first token of the last state is read, the last layer makes no other; layers that nothing reads are left out; and
 * the features are the same.
 */
final class FirstTokenTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle/checkpoints");

    @TempDir
    private Path folder;

    static Stream<Path> checkpoints() throws IOException {
        try (Stream<Path> folders = Files.list(CHECKPOINTS)) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vit-tiny-a, pooler_output, true",
        "vit-tiny-a, 'pooler_output,cls', true",
        "vit-tiny-a, 'pooler_output,hidden_states.2,attentions.1', true",
        "vit-tiny-a, 'pooler_output,attentions.2', false",
        "vit-tiny-a, 'pooler_output,hidden_states.3', false",
        "vit-tiny-a, 'pooler_output,last_hidden_state', false",
        "vit-tiny-a, mean, false",
        "vit-cls, logits, true",
        "deit-distilled, pooler_output, true",
        "deit-teacher, logits, false",
        "deit-teacher, distillation_logits, false",
        "beit, pooler_output, false",
        "beit-shared-cls, cls, false",
        "beit, hidden_states.1, false",
        "beit-shared-cls, attentions.0, false",
        "ijepa, logits, false",
        "vit_mae, cls, true",
        "vit_msn, cls, true",
        "dinov3_vit, pooler_output, true",
        "dinov3_vit, 'cls,mean', false",
        "dinov2, pooler_output, true",
        "dinov2-swiglu-cls, logits, false",
        "dinov2-registers, cls, true"
    })
    void theLastLayerAsksWithTheFirstTokenWhereThatIsEnough(String checkpoint, String outputs, boolean enough)
            throws IOException {
        ModelPlan plan = ModelPlan.of(checkpoint(checkpoint), Optional.empty());
        int heads = plan.checkpoint().config().heads();
        int size = plan.checkpoint().config().hiddenSize() / heads;
        String source = TorchScript.print(plan.request(List.of(outputs.split(",")), HeadMask.NONE, PixelInput.UINT8))
                .source();
        assertThat(source.contains("[-1, 1, " + heads + ", " + size + "]")).isEqualTo(enough);
    }

    /** One of the oracle's, or a small one of a type that it has none of. */
    private Path checkpoint(String name) throws IOException {
        Path own = CHECKPOINTS.resolve(name);
        if (Files.exists(own)) {
            return own;
        }
        SmallCheckpoint small = SmallCheckpoint.of(name, Map.of());
        if (name.equals("ijepa")) {
            small.with("classifier.weight", 5, SmallCheckpoint.HIDDEN).with("classifier.bias", 5);
        }
        return small.write(folder.resolve(name));
    }

    @ParameterizedTest
    @CsvSource({
        "hidden_states.0, -1",
        "'hidden_states.1,hidden_states.0', 0",
        "attentions.1, 1",
        "'hidden_states.0,attentions.0', 0",
        "hidden_states.3, 2",
        "pooler_output, 2"
    })
    void layersThatNothingReadsAreLeftOut(String outputs, int last) {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("vit-tiny-a"), Optional.empty()); // of three layers
        Set<String> read = plan.graph(List.of(outputs.split(","))).weights().keySet();
        for (int i = 0; i < 3; i++) {
            String layer = "encoder.layer." + i + ".";
            assertThat(read.stream().anyMatch(name -> name.contains(layer)))
                    .as(layer)
                    .isEqualTo(i <= last);
        }
    }

    @Test
    void descriptionsThatWouldBroadcastAreRefused() {
        Tensor one = new Tensor("a", 1, 8);
        Tensor all = new Tensor("b", 5, 8);
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("vit-tiny-a"), Optional.empty());
        GraphRequest request = plan.request(List.of("pooler_output"), HeadMask.NONE, PixelInput.UINT8);
        GraphBuilder.Attention weighed =
                new GraphBuilder.Attention(2, Optional.empty(), Optional.empty(), Optional.of("attentions.0"));
        for (GraphBuilder printer : List.of(new OnnxPrinter(request), new TorchPrinter(request, TorchTarget.ANY))) {
            assertThatThrownBy(() -> printer.add(all, one)).hasMessageContaining("unlike shape");
            assertThatThrownBy(() -> printer.multiply(one, all)).hasMessageContaining("unlike shape");
            assertThatThrownBy(() -> printer.attention(one, all, all, weighed)).hasMessageContaining("all pairs");
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void eachOutputAloneIsAsAmongAll(Path checkpoint) throws IOException {
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        assertSameAlone(plan, HeadMask.NONE);
    }

    @Test
    void alsoWithMaskedHeadsAndRotaryPositions() throws IOException {
        HeadMask mask = new HeadMask(List.of(List.of(0.5f, 1f), List.of(1f, 0f)));
        SmallCheckpoint vit = SmallCheckpoint.of("vit", Map.of());
        assertSameAlone(ModelPlan.of(vit.write(folder.resolve("vit")), Optional.empty()), mask);
        SmallCheckpoint dino =
                SmallCheckpoint.of("dinov3_vit", Map.of("num_register_tokens", 2, "use_gated_mlp", true));
        assertSameAlone(ModelPlan.of(dino.write(folder.resolve("dino")), Optional.empty()), HeadMask.NONE);
        assertSameAlone(ModelPlan.of(folder.resolve("dino"), Optional.empty()), mask);
    }

    private void assertSameAlone(ModelPlan plan, HeadMask mask) throws IOException {
        Set<String> names = ModelOutputs.brief(plan.checkpoint());
        names.addAll(List.of("hidden_states.1", "attentions.0"));
        GraphRequest all = plan.request(List.copyOf(names), mask, PixelInput.UINT8);
        Map<String, float[]> together = TwoImages.run(OnnxModel.print(all));
        for (String name : names) {
            float[] expected = together.get(name);
            GraphRequest alone = plan.request(List.of(name), mask, PixelInput.UINT8);
            assertClose(name + " on ONNX Runtime", TwoImages.run(OnnxModel.print(alone)), name, expected);
            assertClose(name + ", fused", TwoImages.run(OnnxModel.printForGpu(alone)), name, expected);
            if (System.getProperty("os.arch").equals("amd64")) { // where PyTorch's natives are
                assertClose(name + " on PyTorch", torch(TorchScript.print(alone)), name, expected);
                assertClose(name + ", packed", torch(TorchScript.printForCpu(alone, false)), name, expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"vit-tiny-a, true", "vit-tiny-a, false", "dinov2, true", "dinov2-registers, false"})
    void alsoInBfloat16(String checkpoint, boolean amx) throws IOException {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"),
                "PyTorch's natives are on the class path for x86-64 only");
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve(checkpoint), Optional.empty());
        String output = "pooler_output";
        float[] expected =
                TwoImages.run(plan.graph(List.of("last_hidden_state", output))).get(output);
        GraphRequest alone = plan.request(List.of(output), HeadMask.NONE, PixelInput.UINT8, Precision.bf16);
        float[] actual = torch(TorchScript.printForCpu(alone, amx)).get(output);
        TwoImages.assertClose(output, actual, expected, 3e-2f);
    }

    private Map<String, float[]> torch(TorchScript script) throws IOException {
        return TwoImages.run(script, folder);
    }

    private static void assertClose(String what, Map<String, float[]> actual, String output, float[] expected) {
        TwoImages.assertClose(what, actual.get(output), expected, 2e-5f);
    }
}
