package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models fused for GPUs, run on the CPU and compared with plain ones. */
final class OnnxFusionTest {
    static Stream<String> checkpoints() throws IOException {
        return OracleCheckpoints.names();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyOutputEqualsThePlainOne(String checkpoint) {
        GraphRequest request = everyOutput(checkpoint);
        OnnxModel plain = OnnxModel.print(request);
        OnnxModel fused = OnnxModel.print(request, OnnxTarget.GPU);
        assertThat(fused.signature()).isEqualTo(plain.signature());
        assertClose(ModelRuns.run(fused), ModelRuns.run(plain), 2e-5f);
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void float16MatricesAreThePlainOnesRounded(String checkpoint) {
        GraphRequest request = everyOutput(checkpoint);
        OnnxModel rounded = OnnxModel.print(request.withMatrixType(OutputType.FLOAT16), OnnxTarget.GPU);
        assertClose(ModelRuns.run(rounded), ModelRuns.run(OnnxModel.print(request)), 1e-3f);
    }

    @Test
    void biasesAndResidualSumsMoveIntoTheNextOperation() throws IOException {
        ModelPlan plan = OracleCheckpoints.plan("vit-tiny-a");
        GraphRequest request = plan.request(List.of("pooler_output"));
        int layers = plan.checkpoint().config().layers();
        Map<String, Long> plain = operations(OnnxModel.print(request));
        Map<String, Long> fused = operations(OnnxModel.print(request, OnnxTarget.GPU));
        assertThat(plain).containsEntry("Gelu", (long) layers).containsEntry("LayerNormalization", 2L * layers + 1);
        assertThat(fused)
                .containsEntry("BiasGelu", (long) layers)
                .containsEntry("SkipLayerNormalization", 2L * layers)
                .containsEntry("LayerNormalization", 1L)
                .containsEntry("Add", 1L) // the position embeddings
                .doesNotContainKey("Gelu");
    }

    private static GraphRequest everyOutput(String checkpoint) {
        ModelPlan plan = OracleCheckpoints.plan(checkpoint);
        return plan.request(List.copyOf(ModelOutputs.available(plan.checkpoint())))
                .withInput(PixelInput.UINT8);
    }

    private static void assertClose(Map<String, float[]> actual, Map<String, float[]> expected, float tolerance) {
        expected.forEach((name, values) -> ModelRuns.assertClose(name, actual.get(name), values, tolerance));
    }

    private static Map<String, Long> operations(OnnxModel model) throws IOException {
        return ModelProto.parseFrom(model.modelProto()).getGraph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));
    }
}
