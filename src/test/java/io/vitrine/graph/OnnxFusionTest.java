package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs fused for GPUs, on the CPU, against the plain ones. */
final class OnnxFusionTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/oracle/checkpoints");

    static Stream<Path> checkpoints() throws IOException {
        try (Stream<Path> folders = Files.list(CHECKPOINTS)) {
            return folders.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyOutputIsTheSame(Path checkpoint) {
        ModelPlan plan = ModelPlan.of(checkpoint, Optional.empty());
        GraphRequest request =
                plan.request(List.copyOf(ModelOutputs.available(plan.checkpoint())), HeadMask.NONE, PixelInput.UINT8);
        OnnxModel plain = OnnxModel.print(request);
        OnnxModel fused = OnnxModel.printForGpu(request);
        assertThat(fused.signature()).isEqualTo(plain.signature());
        OnnxModel halves = OnnxModel.printForGpu(request.withHalves(true));
        Map<String, float[]> actual = TwoImages.run(fused);
        Map<String, float[]> rounded = TwoImages.run(halves);
        TwoImages.run(plain).forEach((name, expected) -> {
            TwoImages.assertClose(name, actual.get(name), expected, 2e-5f);
            TwoImages.assertClose(name + " in halves", rounded.get(name), expected, 1e-3f);
        });
    }

    @Test
    void biasesAndResidualSumsAreTakenIn() throws IOException {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("vit-tiny-a"), Optional.empty());
        GraphRequest request = plan.request(List.of("pooler_output"), HeadMask.NONE, PixelInput.UINT8);
        int layers = plan.checkpoint().config().layers();
        Map<String, Long> plain = operations(OnnxModel.print(request));
        Map<String, Long> fused = operations(OnnxModel.printForGpu(request));
        assertThat(plain).containsEntry("Gelu", (long) layers).containsEntry("LayerNormalization", 2L * layers + 1);
        assertThat(fused)
                .containsEntry("BiasGelu", (long) layers)
                .containsEntry("SkipLayerNormalization", 2L * layers)
                .containsEntry("LayerNormalization", 1L)
                .containsEntry("Add", 1L) // the positions
                .doesNotContainKey("Gelu");
    }

    private static Map<String, Long> operations(OnnxModel graph) throws IOException {
        return ModelProto.parseFrom(graph.onnx()).getGraph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));
    }
}
