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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A graph computes only what its outputs need: the last layer computes the first token alone if no other is read, and layers
 * behind the last output are left out. The features stay the same.
 */
@Tag("slow")
final class FirstTokenTest {
    private static final HeadMask MASK = new HeadMask(List.of(List.of(0.5f, 1f), List.of(1f, 0f)));

    @TempDir
    private Path folder;

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
    void lastLayerQueriesOnlyTheFirstTokenIfThatIsEnough(String checkpoint, String outputs, boolean enough)
            throws IOException {
        ModelPlan plan = ModelPlan.of(checkpoint(checkpoint), Optional.empty());
        int heads = plan.checkpoint().config().heads();
        int headSize = plan.checkpoint().config().hiddenSize() / heads;
        String source = TorchScript.print(
                        plan.request(List.of(outputs.split(","))).withInput(PixelInput.UINT8))
                .source();
        assertThat(source.contains("[-1, 1, " + heads + ", " + headSize + "]")).isEqualTo(enough);
    }

    /** A checkpoint of the oracle, or a small one of a type that the oracle lacks. */
    private Path checkpoint(String name) throws IOException {
        Path oracle = OracleCheckpoints.folder(name);
        if (Files.exists(oracle)) {
            return oracle;
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
    void layersBehindTheLastOutputAreLeftOut(String outputs, int lastLayer) {
        ModelPlan plan = OracleCheckpoints.plan("vit-tiny-a"); // has three layers
        Set<String> used = plan.onnxModel(List.of(outputs.split(","))).weights().keySet();
        for (int i = 0; i < 3; i++) {
            String layer = "encoder.layer." + i + ".";
            assertThat(used.stream().anyMatch(name -> name.contains(layer)))
                    .as(layer)
                    .isEqualTo(i <= lastLayer);
        }
    }

    static Stream<GraphBuilder> printers() {
        GraphRequest request = OracleCheckpoints.plan("vit-tiny-a").request(List.of("pooler_output"));
        return Stream.of(new OnnxPrinter(request, OnnxTarget.ANY), new TorchPrinter(request, TorchTarget.ANY));
    }

    @ParameterizedTest
    @MethodSource("printers")
    void operandsThatWouldBroadcastAreRejected(GraphBuilder printer) {
        Tensor one = new Tensor("a", 1, 8);
        Tensor all = new Tensor("b", 5, 8);
        assertThatThrownBy(() -> printer.add(all, one)).hasMessageContaining("differ in shape");
        assertThatThrownBy(() -> printer.multiply(one, all)).hasMessageContaining("differ in shape");
    }

    @ParameterizedTest
    @MethodSource("printers")
    void attentionWeightsOfOneQueryAreNoOutput(GraphBuilder printer) {
        Tensor one = new Tensor("a", 1, 8);
        Tensor all = new Tensor("b", 5, 8);
        GraphBuilder.Attention withWeights =
                new GraphBuilder.Attention(2, Optional.empty(), Optional.empty(), Optional.of("attentions.0"));
        assertThatThrownBy(() -> printer.attention(one, all, all, withWeights)).hasMessageContaining("all pairs");
    }

    static Stream<Arguments> models() throws IOException {
        return Stream.concat(
                OracleCheckpoints.names().map(name -> Arguments.of(name, Map.of(), HeadMask.NONE)),
                Stream.of(
                        Arguments.of("vit", Map.of(), MASK),
                        Arguments.of("dinov3_vit", registers(), HeadMask.NONE),
                        Arguments.of("dinov3_vit", registers(), MASK)));
    }

    private static Map<String, Object> registers() {
        return Map.of("num_register_tokens", 2, "use_gated_mlp", true);
    }

    /** On every printer: alone, as fused and repacked, an output is what it is among the others. */
    @ParameterizedTest
    @MethodSource("models")
    void anOutputAloneEqualsTheOutputAmongOthers(String checkpoint, Map<String, Object> fields, HeadMask mask)
            throws IOException {
        Path oracle = OracleCheckpoints.folder(checkpoint);
        ModelPlan plan = ModelPlan.of(
                Files.exists(oracle)
                        ? oracle
                        : SmallCheckpoint.of(checkpoint, fields).write(folder.resolve(checkpoint)),
                Optional.empty());
        Set<String> names = ModelOutputs.summaryOutputs(plan.checkpoint());
        names.addAll(List.of("hidden_states.1", "attentions.0"));
        Map<String, float[]> together = ModelRuns.run(OnnxModel.print(request(plan, List.copyOf(names), mask)));
        for (String name : names) {
            float[] expected = together.get(name);
            GraphRequest alone = request(plan, List.of(name), mask);
            assertClose(name + " on ONNX Runtime", ModelRuns.run(OnnxModel.print(alone)), name, expected);
            assertClose(name + ", fused", ModelRuns.run(OnnxModel.print(alone, OnnxTarget.GPU)), name, expected);
            if (System.getProperty("os.arch").equals("amd64")) { // the class path has PyTorch for x86-64 only
                assertClose(name + " on PyTorch", run(TorchScript.print(alone)), name, expected);
                assertClose(name + ", packed", run(TorchScript.print(alone, TorchTarget.CPU)), name, expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"vit-tiny-a, AMX", "vit-tiny-a, CPU", "dinov2, AMX", "dinov2-registers, CPU"})
    void aloneInBfloat16ItIsCloseToFp32(String checkpoint, TorchTarget target) throws IOException {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"),
                "the class path has PyTorch's libraries for x86-64 only");
        ModelPlan plan = OracleCheckpoints.plan(checkpoint);
        String output = "pooler_output";
        float[] expected = ModelRuns.run(plan.onnxModel(List.of("last_hidden_state", output)))
                .get(output);
        GraphRequest alone = request(plan, List.of(output), HeadMask.NONE).withPrecision(Precision.bf16);
        float[] actual = run(TorchScript.print(alone, target)).get(output);
        ModelRuns.assertClose(output, actual, expected, 3e-2f);
    }

    private static GraphRequest request(ModelPlan plan, List<String> outputs, HeadMask mask) {
        return plan.request(outputs).withHeadMask(mask).withInput(PixelInput.UINT8);
    }

    private Map<String, float[]> run(TorchScript script) throws IOException {
        return ModelRuns.run(script, folder);
    }

    private static void assertClose(String what, Map<String, float[]> actual, String output, float[] expected) {
        ModelRuns.assertClose(what, actual.get(output), expected, 2e-5f);
    }
}
