package io.vitrine.graph;

import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Prints linear layers as products of 8-bit integers. Weights have a scale per output, see {@link Quantization}. Activations
 * have a scale per token, computed when the model runs, so a token's numbers depend neither on other tokens nor on other images.
 * Outlier channels of a layer norm are folded into the weights, see {@link OutlierFolding}.
 */
final class QuantizedLinears {
    private static final float MAX_LEVEL = 127;
    private static final int ZERO_POINT = 128; // unsigned activations: ONNX Runtime is much slower on signed ones

    private final OnnxWriter onnx;
    private final Function<Parameter, String> parameterId;
    private final Map<String, Norm> norms = new HashMap<>(); // by the id of the norm, or of a token of it
    private final Map<String, Rows> quantized = new HashMap<>(); // by the id of the floats
    private final Map<String, Supplier<ByteBuffer>> integers = new LinkedHashMap<>();
    private final List<Runnable> pending = new ArrayList<>(); // initializers whose values need all readers of a norm

    /** A layer norm that linear layers may read. */
    private static final class Norm {
        private final Function<OutlierFolding, String> print; // the folded values, in place of the norm's own
        private final OutlierFolding folding;

        Norm(OutlierFolding folding, Function<OutlierFolding, String> print) {
            this.folding = folding;
            this.print = print;
        }
    }

    /**
     * Quantized tokens.
     *
     * @param integers (rows, width), uint8 around {@link #ZERO_POINT}
     * @param scales the value of one integer step, (rows, 1)
     */
    private record Rows(String integers, String scales) {}

    /** @param parameterId declares a parameter and gives its id */
    QuantizedLinears(OnnxWriter onnx, Function<Parameter, String> parameterId) {
        this.onnx = onnx;
        this.parameterId = parameterId;
    }

    /**
     * Notes a layer norm.
     *
     * @param id its output
     * @param weight its values, (width)
     * @param bias its values, (width)
     * @param print prints the same norm with the weight and bias of the given ids
     */
    void addNorm(String id, float[] weight, float[] bias, FoldedNorm print) {
        norms.put(id, new Norm(new OutlierFolding(weight, bias), folding -> {
            String foldedWeight = onnx.reserveId();
            String foldedBias = onnx.reserveId();
            pending.add(() -> {
                onnx.floatInitializer(foldedWeight, List.of(weight.length), folding.foldedWeight());
                onnx.floatInitializer(foldedBias, List.of(bias.length), folding.foldedBias());
            });
            return print.print(foldedWeight, foldedBias);
        }));
    }

    /** Prints a layer norm. */
    interface FoldedNorm {
        /** The output of the norm with this weight and this bias. */
        String print(String weight, String bias);
    }

    /** Notes that {@code token} is a slice of {@code whole} along the tokens. */
    void addToken(String token, String whole) {
        Norm norm = norms.get(whole);
        if (norm != null) {
            norms.put(token, new Norm(norm.folding, folding -> {
                String channels = onnx.reserveId();
                pending.add(
                        () -> onnx.floatInitializer(channels, List.of(folding.channels().length), folding.channels()));
                return onnx.node("Div", List.of(token, channels));
            }));
        }
    }

    /**
     * Prints a linear layer.
     *
     * @param name of its weight
     * @param tensor its weight, (out, in)
     * @return the id of (rows, out)
     */
    String print(String x, String name, TensorInfo tensor, int out, int in, Optional<Parameter> bias) {
        Supplier<float[]> floats = () -> Weights.floats(tensor);
        Optional<Norm> norm = Optional.ofNullable(norms.get(x));
        norm.ifPresent(n -> n.folding.addReader(floats));
        Supplier<Quantization> quantization =
                () -> norm.map(n -> Quantization.ofScaledInputs(floats.get(), out, n.folding.channels()))
                        .orElseGet(() -> new Quantization(floats.get(), out, in));

        String weight = integerName(name);
        onnx.int8Initializer(weight, in, out);
        integers.put(weight, () -> quantization.get().integers());
        String scales = onnx.reserveId();
        pending.add(() ->
                onnx.floatInitializer(scales, List.of(out), quantization.get().scales()));

        Rows rows = quantized.computeIfAbsent(x, id -> quantize(x, norm));
        String product = onnx.microsoftNode(
                "MatMulIntegerToFloat",
                List.of(rows.integers, weight, onnx.floatConstant(1), scales, onnx.uint8Constant(ZERO_POINT)));
        String y = onnx.node("Mul", List.of(product, rows.scales));
        return bias.map(b -> onnx.node("Add", List.of(y, parameterId.apply(b)))).orElse(y);
    }

    /** The name of the integers behind the weight {@code name}. */
    static String integerName(String name) {
        return name + ".int8";
    }

    private Rows quantize(String x, Optional<Norm> norm) {
        String floats = norm.map(n -> n.print.apply(n.folding)).orElse(x);
        String largest = onnx.node(
                "ReduceMax",
                List.of(onnx.node("Abs", List.of(floats))),
                OnnxWriter.intsAttribute("axes", 1),
                OnnxWriter.intAttribute("keepdims", 0));
        // A token of zeros needs a scale too.
        String scale = onnx.node(
                "Mul",
                List.of(
                        onnx.node("Max", List.of(largest, onnx.floatConstant(Float.MIN_NORMAL * MAX_LEVEL))),
                        onnx.floatConstant(1 / MAX_LEVEL)));
        String count = onnx.node("Shape", List.of(scale));
        String zeroPoints = onnx.node("Expand", List.of(onnx.uint8Constant(ZERO_POINT), count));
        String integersOfRows =
                onnx.node("QuantizeLinear", List.of(floats, scale, zeroPoints), OnnxWriter.intAttribute("axis", 0));
        return new Rows(
                integersOfRows, onnx.node("Unsqueeze", List.of(guarded(scale, floats, norm), onnx.int64Constant(1))));
    }

    /**
     * The scales, NaN where a token holds NaN: a maximum may ignore NaN, and integers have none. A norm needs no guard, because a
     * token of it is NaN as a whole or not at all.
     */
    private String guarded(String scale, String floats, Optional<Norm> norm) {
        if (norm.isPresent()) {
            return scale;
        }
        String sum =
                onnx.node("ReduceSum", List.of(floats, onnx.int64Constant(1)), OnnxWriter.intAttribute("keepdims", 0));
        return onnx.node("Add", List.of(scale, onnx.node("Mul", List.of(sum, onnx.floatConstant(0)))));
    }

    /** Writes what had to wait for the last layer. Call once, after the description. */
    void finish() {
        pending.forEach(Runnable::run);
    }

    /** Suppliers of the weights' integers, (in, out), by the name of their initializer. */
    Map<String, Supplier<ByteBuffer>> integers() {
        return integers;
    }
}
