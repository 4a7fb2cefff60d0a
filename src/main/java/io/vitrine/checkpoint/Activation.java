package io.vitrine.checkpoint;

import io.vitrine.ModelException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Activation functions, with the names {@code config.json} has for them in the reference library. */
public enum Activation {
    /** x/2 (1 + erf(x/sqrt 2)). */
    GELU("gelu", "gelu_python"),
    /** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
    GELU_TANH("gelu_new", "gelu_accurate", "gelu_pytorch_tanh", "gelu_python_tanh"),
    /** The same with sqrt(2/pi) written as 0.7978845608. */
    GELU_FAST("gelu_fast"),
    /** gelu clipped to [-10, 10]. */
    GELU_10("gelu_10"),
    /** x sigmoid(1.702 x). */
    QUICK_GELU("quick_gelu"),
    RELU("relu"),
    /** relu(x)^2. */
    RELU2("relu2"),
    RELU6("relu6"),
    /** Slope 0.01 below zero. */
    LEAKY_RELU("leaky_relu"),
    /** x sigmoid(x). */
    SILU("silu", "swish"),
    /** x relu6(x + 3) / 6. */
    HARDSWISH("hardswish"),
    SIGMOID("sigmoid"),
    TANH("tanh"),
    LINEAR("linear"),
    /** x tanh(ln(1 + e^x)). */
    MISH("mish"),
    /** (1 + erf((x - mu)/(sigma sqrt 2)))/2 with mu = 0.707107, sigma = 0.282095. */
    LAPLACE("laplace");

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> names;

    Activation(String... names) {
        this.names = List.of(names);
    }

    /**
     * The activation of that name.
     *
     * @param key of {@code config.json}, named in errors
     * @param file named in errors
     * @throws ModelException if the name is unknown
     */
    static Activation parse(String name, String key, Object file) {
        for (Activation activation : values()) {
            if (activation.names.contains(name.toLowerCase(Locale.ROOT))) {
                return activation;
            }
        }
        String known = Arrays.stream(values())
                .flatMap(activation -> activation.names.stream())
                .collect(Collectors.joining(", "));
        throw new ModelException(
                "Unknown activation '" + name + "' for " + key + " in " + file + ". Known: " + known + ".");
    }
}
