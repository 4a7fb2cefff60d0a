package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.vitrine.inference.FeatureModel;
import io.vitrine.inference.Features;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
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
                plan.request(List.copyOf(Outputs.available(plan.checkpoint())), HeadMask.NONE, PixelInput.UINT8);
        FeatureGraph plain = FeatureGraph.print(request);
        FeatureGraph fused = FeatureGraph.printForGpu(request);
        assertThat(fused.signature()).isEqualTo(plain.signature());
        FeatureGraph halves = FeatureGraph.printForGpu(request.withHalves(true));
        byte[] image = new byte[plain.signature().imageBytes()];
        new Random(2).nextBytes(image);
        Features expected = run(plain, image);
        Features actual = run(fused, image);
        Features rounded = run(halves, image);
        for (FeatureGraph.Output output : plain.outputs()) {
            float[] values = expected.floats(output.name(), 1);
            assertThat(actual.floats(output.name(), 1))
                    .as(output.name())
                    .containsExactly(values, Offset.offset(2e-5f * largest(values)));
            assertThat(rounded.floats(output.name(), 1))
                    .as(output.name() + " in halves")
                    .containsExactly(values, Offset.offset(1e-3f * largest(values)));
        }
    }

    @Test
    void biasesAndResidualSumsAreTakenIn() throws IOException {
        ModelPlan plan = ModelPlan.of(CHECKPOINTS.resolve("vit-tiny-a"), Optional.empty());
        GraphRequest request = plan.request(List.of("pooler_output"), HeadMask.NONE, PixelInput.UINT8);
        int layers = plan.checkpoint().config().layers();
        Map<String, Long> plain = operations(FeatureGraph.print(request));
        Map<String, Long> fused = operations(FeatureGraph.printForGpu(request));
        assertThat(plain).containsEntry("Gelu", (long) layers).containsEntry("LayerNormalization", 2L * layers + 1);
        assertThat(fused)
                .containsEntry("BiasGelu", (long) layers)
                .containsEntry("SkipLayerNormalization", 2L * layers)
                .containsEntry("LayerNormalization", 1L)
                .containsEntry("Add", 1L) // the positions
                .doesNotContainKey("Gelu");
    }

    private static Map<String, Long> operations(FeatureGraph graph) throws IOException {
        return ModelProto.parseFrom(graph.onnx()).getGraph().getNodeList().stream()
                .collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));
    }

    private static Features run(FeatureGraph graph, byte[] image) {
        try (FeatureModel model = FeatureModel.load(graph, 1);
                FeatureModel.Runner runner = model.runner(2)) {
            runner.batch().add(new byte[image.length]);
            runner.batch().add(image);
            return runner.run();
        }
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
