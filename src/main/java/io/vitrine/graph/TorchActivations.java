package io.vitrine.graph;

import io.vitrine.checkpoint.Activation;

/** Activation functions as PyTorch operations. */
final class TorchActivations {
    private TorchActivations() {}

    /** Prints {@code activation} of {@code x} and returns its value. */
    static String print(TorchPrinter torch, String x, Activation activation) {
        return switch (activation) {
            case GELU -> torch.call("gelu", x);
            case GELU_TANH -> torch.call("gelu", x, "approximate=\"tanh\"");
            case GELU_FAST -> geluFast(torch, x);
            case GELU_10 -> torch.call("clamp", torch.call("gelu", x), -10, 10);
            case QUICK_GELU -> torch.call("mul", x, torch.call("sigmoid", torch.call("mul", x, 1.702)));
            case RELU -> torch.call("relu", x);
            case RELU2 -> {
                String relu = torch.call("relu", x);
                yield torch.call("mul", relu, relu);
            }
            case RELU6 -> torch.call("clamp", x, 0, 6);
            case LEAKY_RELU -> torch.call("leaky_relu", x, 0.01);
            case SILU -> torch.call("silu", x);
            case HARDSWISH -> torch.call("hardswish", x);
            case SIGMOID -> torch.call("sigmoid", x);
            case TANH -> torch.call("tanh", x);
            case LINEAR -> x;
            case MISH -> torch.call("mish", x);
            case LAPLACE -> {
                String scaled = torch.call("div", torch.call("sub", x, 0.707107), 0.282095 * Math.sqrt(2));
                yield torch.call("mul", torch.call("add", torch.call("erf", scaled), 1.0), 0.5);
            }
        };
    }

    /** x/2 (1 + tanh(0.7978845608 x (1 + 0.044715 x^2))). */
    private static String geluFast(TorchPrinter torch, String x) {
        String cubic = torch.call("add", torch.call("mul", torch.call("mul", x, x), 0.044715), 1.0);
        String inner = torch.call("mul", torch.call("mul", x, 0.7978845608), cubic);
        String half = torch.call("mul", x, 0.5);
        return torch.call("mul", half, torch.call("add", torch.call("tanh", inner), 1.0));
    }
}
