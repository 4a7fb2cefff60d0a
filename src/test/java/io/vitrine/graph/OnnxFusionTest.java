package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models fused for GPUs, run on the CPU and compared with plain ones. */
@Tag("slow")
final class OnnxFusionTest {
    @TempDir
    private Path folder;

    static Stream<String> checkpoints() throws IOException {
        return OracleCheckpoints.allNames();
    }

    /** Other weights need no cast in their own precision. */
    static Stream<String> checkpointsOfFloats() throws IOException {
        return checkpoints()
                .filter(name ->
                        OracleCheckpoints.plan(name).onnxModel(List.of("last_hidden_state")).weights().values().stream()
                                .allMatch(tensor -> tensor.dtype() == DType.F32));
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

    /** Without attention weights, all of attention is one operation, whose biases move. */
    @ParameterizedTest
    @MethodSource("checkpoints")
    void summariesEqualThePlainOnes(String checkpoint) {
        ModelPlan plan = OracleCheckpoints.plan(checkpoint);
        GraphRequest request = plan.request(List.copyOf(ModelOutputs.summaryOutputs(plan.checkpoint())))
                .withInput(PixelInput.UINT8);
        assertClose(
                ModelRuns.run(OnnxModel.print(request, OnnxTarget.GPU)),
                ModelRuns.run(OnnxModel.print(request)),
                2e-5f);
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
                .containsEntry("Add", 1L + layers) // the position embeddings, and joined biases
                .doesNotContainKey("Gelu");
    }

    @Test
    void attentionKeepsTheBiasOfItsQueriesAlone() throws IOException {
        ModelPlan plan = OracleCheckpoints.plan("vit-tiny-a");
        List<NodeProto> nodes = nodes(OnnxModel.print(plan.request(List.of("pooler_output")), OnnxTarget.GPU));
        Map<String, NodeProto> byOutput =
                nodes.stream().collect(Collectors.toMap(node -> node.getOutput(0), node -> node));
        List<NodeProto> attentions = nodes.stream()
                .filter(node -> node.getOpType().equals("MultiHeadAttention"))
                .toList();
        assertThat(attentions).hasSize(plan.checkpoint().config().layers());
        for (NodeProto attention : attentions) {
            assertThat(attention.getInputList().subList(0, 3).stream()
                            .map(input -> byOutput.get(byOutput.get(input).getInput(0)))
                            .map(NodeProto::getInputCount))
                    .containsExactly(3, 2, 2); // query, key, value
        }
    }

    /** Positions turn a key's bias, so that its scores differ from key to key. */
    @Test
    void rotatedKeysKeepTheirBias() throws IOException {
        List<NodeProto> nodes = List.of(
                gemm("k", "k_bias"),
                node("Mul", List.of("k", "cos"), "rotated"),
                node("Reshape", List.of("rotated", "shape"), "keys"),
                gemm("v", "v_bias"),
                node("Reshape", List.of("v", "shape"), "values"),
                node("MultiHeadAttention", List.of("q", "keys", "values"), "attended"));
        assertThat(OnnxFusion.fuse(nodes, TensorProto.DataType.FLOAT)).isEqualTo(nodes);
    }

    @Test
    void theJoinedBiasIsComputedInFloats() {
        List<NodeProto> nodes = List.of(
                node("Cast", List.of("v_bias"), "v_bias_half"),
                gemm("v", "v_bias_half"),
                node("Reshape", List.of("v", "shape"), "values"),
                node("MultiHeadAttention", List.of("q", "k", "values"), "attended"),
                node("Reshape", List.of("attended", "shape"), "flat"),
                gemm("flat", "out", "out_bias"));
        List<NodeProto> fused = OnnxFusion.fuse(nodes, TensorProto.DataType.FLOAT16);
        assertThat(fused.stream().map(NodeProto::getOpType).limit(6))
                .containsExactly("Cast", "Cast", "MatMul", "Cast", "Add", "Cast");
        assertThat(fused.get(1).getInput(0)).isEqualTo("v_bias"); // as stored
        assertThat(fused.get(fused.size() - 1).getInput(2))
                .isEqualTo(fused.get(5).getOutput(0));
    }

    /** Otherwise each batch would compute them. */
    @Test
    void joinedBiasesAreComputedWhenTheModelIsLoaded() throws Exception {
        GraphRequest request = OracleCheckpoints.plan("vit-tiny-a")
                .request(List.of("pooler_output"))
                .withPrecision(Precision.fp16);
        OnnxModel fused = OnnxModel.print(request, OnnxTarget.GPU);
        assertThat(operations(fused)).containsKey("MatMul");
        Path optimized = folder.resolve("optimized.onnx");
        Map<String, OnnxTensorLike> weights = new HashMap<>();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            for (Map.Entry<String, TensorInfo> weight : fused.weights().entrySet()) {
                long[] shape = fused.initializerShapes().get(weight.getKey()).stream()
                        .mapToLong(Integer::longValue)
                        .toArray();
                ByteBuffer bytes = Weights.map(weight.getValue());
                weights.put(weight.getKey(), OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.FLOAT));
            }
            options.addExternalInitializers(weights);
            options.setOptimizedModelFilePath(optimized.toString());
            environment.createSession(fused.modelProto(), options).close();
        } finally {
            weights.values().forEach(OnnxTensorLike::close);
        }
        assertThat(ModelProto.parseFrom(Files.readAllBytes(optimized)).getGraph().getNodeList().stream()
                        .map(NodeProto::getOpType))
                .contains("SkipLayerNormalization")
                .doesNotContain("MatMul");
    }

    /** There are no bfloat16 kernels for CPUs, so the graph is compared with that of fp16, which runs here. */
    @ParameterizedTest
    @MethodSource("checkpointsOfFloats")
    void bfloat16IsFloat16WithAnotherType(String checkpoint) throws IOException {
        GraphRequest request = everyOutput(checkpoint);
        GraphProto half = graph(OnnxModel.print(request.withPrecision(Precision.fp16), OnnxTarget.GPU));
        GraphProto brain = graph(OnnxModel.print(request.withPrecision(Precision.bf16), OnnxTarget.GPU));
        assertThat(brain.getNodeList().stream()
                        .filter(node -> !castsTo(node, TensorProto.DataType.BFLOAT16))
                        .toList())
                .isEqualTo(half.getNodeList().stream()
                        .filter(node -> !castsTo(node, TensorProto.DataType.FLOAT16))
                        .toList());
        assertThat(brain.getNodeCount()).isEqualTo(half.getNodeCount());
        assertThat(brain.getOutputList()).isEqualTo(half.getOutputList());
        for (int i = 0; i < half.getInitializerCount(); i++) {
            TensorProto wide = half.getInitializer(i);
            TensorProto narrow = brain.getInitializer(i);
            assertThat(narrow.getName()).isEqualTo(wide.getName());
            if (wide.getDataType() == TensorProto.DataType.FLOAT16_VALUE
                    && !wide.getRawData().isEmpty()) {
                assertThat(narrow.getDataType()).isEqualTo(TensorProto.DataType.BFLOAT16_VALUE);
                ShortBuffer expected = shorts(wide);
                ShortBuffer actual = shorts(narrow);
                while (expected.hasRemaining()) {
                    float value = HalfFloat.toFloat(expected.get());
                    assertThat(Float.intBitsToFloat(actual.get() << 16))
                            .isCloseTo(value, Offset.offset(Math.abs(value) / 128 + 1e-6f));
                }
                assertThat(actual.hasRemaining()).isFalse();
            } else {
                assertThat(narrow).isEqualTo(wide);
            }
        }
    }

    private static boolean castsTo(NodeProto node, TensorProto.DataType type) {
        return node.getOpType().equals("Cast") && node.getAttribute(0).getI() == type.getNumber();
    }

    private static ShortBuffer shorts(TensorProto tensor) {
        return tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer();
    }

    private static NodeProto gemm(String output, String bias) {
        return gemm("x", output, bias);
    }

    private static NodeProto gemm(String input, String output, String bias) {
        return node("Gemm", List.of(input, output + "_weight", bias), output);
    }

    private static NodeProto node(String type, List<String> inputs, String output) {
        return NodeProto.newBuilder()
                .setOpType(type)
                .addAllInput(inputs)
                .addOutput(output)
                .build();
    }

    @Test
    void patchesAreCutOutOfBytes() throws IOException {
        GraphRequest request =
                OracleCheckpoints.plan("vit-tiny-a").request(List.of("cls")).withInput(PixelInput.UINT8);
        List<String> order = nodes(OnnxModel.print(request, OnnxTarget.GPU)).stream()
                .map(NodeProto::getOpType)
                .filter(type -> List.of("Transpose", "Sub").contains(type))
                .toList();
        assertThat(order).startsWith("Transpose", "Sub");
        assertThat(nodes(OnnxModel.print(request)).stream().map(NodeProto::getOpType))
                .containsSubsequence("Sub", "Transpose");
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
        return nodes(model).stream().collect(Collectors.groupingBy(NodeProto::getOpType, Collectors.counting()));
    }

    private static List<NodeProto> nodes(OnnxModel model) throws IOException {
        return graph(model).getNodeList();
    }

    private static GraphProto graph(OnnxModel model) throws IOException {
        return ModelProto.parseFrom(model.modelProto()).getGraph();
    }
}
