package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.vitrine.model.ModelPlan;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Graphs for GPUs hold only operators whose kernels in ONNX Runtime's CUDA library are its own or cuBLAS's. Others, such as Conv and
 * reductions over an axis in the middle, need cuDNN, which executors need not have.
 */
final class GpuOperatorsTest {
    private static final Set<String> WITHOUT_CUDNN = Set.of(
            "Add",
            "BiasGelu",
            "Cast",
            "Clip",
            "Concat",
            "Div",
            "Erf",
            "Expand",
            "Gather",
            "Gelu",
            "Gemm",
            "HardSwish",
            "Identity",
            "LayerNormalization",
            "LeakyRelu",
            "MatMul",
            "Mul",
            "MultiHeadAttention",
            "Relu",
            "Reshape",
            "Shape",
            "Sigmoid",
            "SimplifiedLayerNormalization",
            "SkipLayerNormalization",
            "Slice",
            "Softmax",
            "Softplus",
            "Sub",
            "Tanh",
            "Transpose");

    static Stream<String> checkpoints() throws IOException {
        return OracleCheckpoints.allNames();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void noOperatorNeedsCudnn(String checkpoint) throws IOException {
        ModelPlan plan = OracleCheckpoints.plan(checkpoint);
        GraphRequest request = plan.request(List.copyOf(ModelOutputs.available(plan.checkpoint())));
        for (PixelInput input : PixelInput.values()) {
            for (Precision precision : List.of(Precision.fp32, Precision.fp16, Precision.bf16)) {
                OnnxModel model = OnnxModel.print(request.withInput(input).withPrecision(precision), OnnxTarget.GPU);
                for (NodeProto node :
                        ModelProto.parseFrom(model.modelProto()).getGraph().getNodeList()) {
                    assertThat(WITHOUT_CUDNN).contains(node.getOpType());
                    if (node.getOpType().equals("Softmax")) {
                        assertThat(node.getAttributeList().stream().map(AttributeProto::getI))
                                .as("the last axis")
                                .containsExactly(-1L);
                    }
                }
            }
        }
    }
}
