package io.vitrine.graph;

import io.vitrine.checkpoint.Activation;
import java.util.List;

/** Activation functions in ONNX: ONNX Runtime's Gelu for the exact GELU, standard operators for the others. */
final class OnnxActivations {
    private OnnxActivations() {}

    /** Prints {@code activation} of {@code x} and returns its id. */
    static String print(OnnxWriter onnx, String x, Activation activation) {
        return switch (activation) {
            case GELU -> onnx.microsoftNode("Gelu", List.of(x));
            case GELU_TANH -> tanhGelu(onnx, x, (float) Math.sqrt(2 / Math.PI));
            case GELU_FAST -> tanhGelu(onnx, x, (float) 0.7978845608);
            case GELU_10 ->
                onnx.node(
                        "Clip",
                        List.of(
                                onnx.microsoftNode("Gelu", List.of(x)),
                                onnx.floatConstant(-10f),
                                onnx.floatConstant(10f)));
            case QUICK_GELU ->
                onnx.node(
                        "Mul",
                        List.of(
                                x,
                                onnx.node(
                                        "Sigmoid", List.of(onnx.node("Mul", List.of(x, onnx.floatConstant(1.702f)))))));
            case RELU -> onnx.node("Relu", List.of(x));
            case RELU2 -> {
                String relu = onnx.node("Relu", List.of(x));
                yield onnx.node("Mul", List.of(relu, relu));
            }
            case RELU6 -> onnx.node("Clip", List.of(x, onnx.floatConstant(0f), onnx.floatConstant(6f)));
            case LEAKY_RELU -> onnx.node("LeakyRelu", List.of(x), OnnxWriter.floatAttribute("alpha", 0.01f));
            case SILU -> onnx.node("Mul", List.of(x, onnx.node("Sigmoid", List.of(x))));
            case HARDSWISH -> onnx.node("HardSwish", List.of(x));
            case SIGMOID -> onnx.node("Sigmoid", List.of(x));
            case TANH -> onnx.node("Tanh", List.of(x));
            case LINEAR -> x;
            case MISH -> onnx.node("Mul", List.of(x, onnx.node("Tanh", List.of(onnx.node("Softplus", List.of(x))))));
            case LAPLACE -> {
                String scaled = onnx.node(
                        "Div",
                        List.of(onnx.node("Sub", List.of(x, onnx.floatConstant(0.707107f))), onnx.floatConstant((float)
                                (0.282095 * Math.sqrt(2)))));
                String erf = onnx.node("Erf", List.of(scaled));
                yield onnx.node(
                        "Mul",
                        List.of(onnx.node("Add", List.of(erf, onnx.floatConstant(1f))), onnx.floatConstant(0.5f)));
            }
        };
    }

    /** 0.5 x (1 + tanh(k x (1 + 0.044715 x^2))). */
    private static String tanhGelu(OnnxWriter onnx, String x, float k) {
        String square = onnx.node("Mul", List.of(x, x));
        String inner = onnx.node(
                "Add",
                List.of(onnx.node("Mul", List.of(square, onnx.floatConstant(0.044715f))), onnx.floatConstant(1f)));
        String tanh = onnx.node(
                "Tanh", List.of(onnx.node("Mul", List.of(onnx.node("Mul", List.of(x, onnx.floatConstant(k))), inner))));
        String half = onnx.node("Mul", List.of(x, onnx.floatConstant(0.5f)));
        return onnx.node("Mul", List.of(half, onnx.node("Add", List.of(tanh, onnx.floatConstant(1f)))));
    }
}
