package io.vitrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import io.vitrine.inference.FeatureModel;
import io.vitrine.model.ModelPlan;
import io.vitrine.testkit.Folders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Printed activations against their definitions in 64-bit floats. The pooler's activation is used: its input is an output too. */
final class ActivationsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "gelu, GELU",
        "gelu_python, GELU",
        "gelu_new, GELU_TANH",
        "gelu_accurate, GELU_TANH",
        "gelu_pytorch_tanh, GELU_TANH",
        "gelu_python_tanh, GELU_TANH",
        "gelu_fast, GELU_FAST",
        "gelu_10, GELU_10",
        "quick_gelu, QUICK_GELU",
        "relu, RELU",
        "relu2, RELU2",
        "relu6, RELU6",
        "leaky_relu, LEAKY_RELU",
        "silu, SILU",
        "swish, SILU",
        "hardswish, HARDSWISH",
        "sigmoid, SIGMOID",
        "tanh, TANH",
        "linear, LINEAR",
        "mish, MISH",
        "laplace, LAPLACE"
    })
    void printedActivationEqualsItsDefinition(String name, Activation activation) throws Exception {
        Folders.copy(OracleCheckpoints.folder("vit-tiny-a"), folder);
        Path file = folder.resolve("config.json");
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode) json.readTree(file.toFile());
        json.writeValue(file.toFile(), config.put("pooler_act", name));

        ModelPlan plan = ModelPlan.of(folder, Optional.empty());
        Checkpoint checkpoint = plan.checkpoint();
        float[] weight = floats(checkpoint, "pooler.dense.weight");
        float[] bias = floats(checkpoint, "pooler.dense.bias");
        try (FeatureModel model = FeatureModel.load(plan.onnxModel(List.of("last_hidden_state", "pooler_output")), 1);
                FeatureModel.Runner runner = model.runner(1)) {
            byte[] image = new byte[PixelInput.UINT8.imageBytes(plan.imageSize())];
            new Random(5).nextBytes(image);
            runner.batch().add(image);
            float[] hidden = runner.run().floats("last_hidden_state", 0);
            float[] pooled = runner.run().floats("pooler_output", 0);
            for (int i = 0; i < 48; i++) {
                double x = bias[i];
                for (int j = 0; j < 48; j++) {
                    x += (double) weight[48 * i + j] * hidden[j];
                }
                double expected = apply(activation, x);
                assertThat((double) pooled[i])
                        .as("%s(%f)", name, x)
                        .isCloseTo(expected, offset(2e-6 * (1 + Math.abs(expected) + x * x)));
            }
        }
    }

    private static float[] floats(Checkpoint checkpoint, String name) {
        TensorInfo tensor = checkpoint.weights().tensor(name).orElseThrow();
        return Weights.floats(tensor);
    }

    private static double apply(Activation activation, double x) {
        return switch (activation) {
            case GELU -> gelu(x);
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case GELU_FAST -> 0.5 * x * (1 + Math.tanh(0.7978845608 * x * (1 + 0.044715 * x * x)));
            case GELU_10 -> Math.max(-10, Math.min(10, gelu(x)));
            case QUICK_GELU -> x / (1 + Math.exp(-1.702 * x));
            case RELU -> Math.max(0, x);
            case RELU2 -> Math.pow(Math.max(0, x), 2);
            case RELU6 -> Math.max(0, Math.min(6, x));
            case LEAKY_RELU -> x < 0 ? 0.01 * x : x;
            case SILU -> x / (1 + Math.exp(-x));
            case HARDSWISH -> x * Math.max(0, Math.min(6, x + 3)) / 6;
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case TANH -> Math.tanh(x);
            case LINEAR -> x;
            case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
            case LAPLACE -> 0.5 * (1 + erf((x - 0.707107) / (0.282095 * Math.sqrt(2))));
        };
    }

    private static double gelu(double x) {
        return 0.5 * x * (1 + erf(x / Math.sqrt(2)));
    }

    /** The integral of 2/sqrt(pi) exp(-t^2) from 0 to x, by Simpson's rule. */
    static double erf(double x) {
        int steps = 2000;
        double h = x / steps;
        double sum = 1 + Math.exp(-x * x);
        for (int i = 1; i < steps; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-(i * h) * (i * h));
        }
        return 2 / Math.sqrt(Math.PI) * sum * h / 3;
    }
}
