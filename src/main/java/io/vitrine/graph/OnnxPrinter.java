package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Prints a described architecture as ONNX, opset 17 with the {@code com.microsoft} operators Gelu and
 * MultiHeadAttention, for ONNX Runtime.
 *
 * <p>Between operations a tensor is kept as (batch * tokens, width), so that a linear layer is one Gemm on the weight as
 * it is stored; {@link #batched} reshapes it, without a copy, where the batch matters. Weights become external
 * initializers: the model carries only their names, shapes and places.
 */
final class OnnxPrinter implements GraphBuilder {
    private static final String MICROSOFT = "com.microsoft";

    private final CheckpointTensors tensors;
    private final PixelInput input;
    private final GraphRequest request;
    private final Precision precision;
    private final Map<String, Supplier<ByteBuffer>> quantized = new LinkedHashMap<>();
    private final OnnxWriter onnx = new OnnxWriter();
    private final Map<String, String> parameters = new LinkedHashMap<>(); // name -> id of its float32 value
    private final Map<String, TensorInfo> external = new LinkedHashMap<>();
    private final Map<String, List<Integer>> views = new LinkedHashMap<>();
    private final Map<String, OnnxModel.Output> outputs = new LinkedHashMap<>();

    OnnxPrinter(GraphRequest request) {
        this.request = request;
        this.precision = request.precision();
        this.tensors = new CheckpointTensors(request.checkpoint().weights());
        this.input = request.input();
    }

    /**
     * Closes the graph.
     *
     * @param forGpus whether it is fused for them
     */
    OnnxModel finish(Size image, boolean forGpus) {
        tensors.requireAll();
        if (forGpus) {
            onnx.fuse();
        }
        return new OnnxModel(
                onnx.model(),
                Map.copyOf(external),
                Map.copyOf(views),
                Map.copyOf(quantized),
                new OnnxModel.Signature(input, image, List.copyOf(outputs.values())));
    }

    @Override
    public Tensor patches(Size image, Size patch, int channels, Normalization norm) {
        boolean bytes = input == PixelInput.UINT8;
        boolean channelsFirst = input == PixelInput.PIXEL_VALUES;
        onnx.input(
                input.inputName(), bytes ? TensorProto.DataType.UINT8 : TensorProto.DataType.FLOAT, input.shape(image));
        String x = channelsFirst ? input.inputName() : normalized(norm, bytes);
        int rows = image.height() / patch.height();
        int columns = image.width() / patch.width();
        if (rows * patch.height() != image.height() || columns * patch.width() != image.width()) {
            // Pixels that fill no patch are dropped, as a strided convolution drops them.
            x = onnx.node(
                    "Slice",
                    List.of(
                            x,
                            onnx.longs(0, 0),
                            onnx.longs(rows * patch.height(), columns * patch.width()),
                            channelsFirst ? onnx.longs(2, 3) : onnx.longs(1, 2)));
        }
        if (channelsFirst) { // (batch, channels, rows, h, columns, w) -> (batch, rows, columns, channels, h, w)
            x = reshape(x, -1, channels, rows, patch.height(), columns, patch.width());
            x = onnx.node("Transpose", List.of(x), OnnxWriter.whole("perm", 0, 2, 4, 1, 3, 5));
        } else { // (batch, rows, h, columns, w, channels) -> the same, the order of the kernel
            x = reshape(x, -1, rows, patch.height(), columns, patch.width(), channels);
            x = onnx.node("Transpose", List.of(x), OnnxWriter.whole("perm", 0, 1, 3, 5, 2, 4));
        }
        int flat = channels * patch.height() * patch.width();
        String cut = reshape(x, -1, flat);
        if (precision == Precision.fp16) {
            onnx.halves();
            cut = onnx.cast(cut);
        }
        return new Tensor(cut, rows * columns, flat);
    }

    private String normalized(Normalization norm, boolean bytes) {
        String x = bytes
                ? onnx.node(
                        "Cast", List.of(input.inputName()), OnnxWriter.whole("to", TensorProto.DataType.FLOAT_VALUE))
                : input.inputName();
        if (norm.rescales()) {
            x = onnx.node("Mul", List.of(x, onnx.floats(norm.factor())));
        }
        if (norm.shifts()) { // over the last axis, the channels
            x = onnx.node("Sub", List.of(x, onnx.floats(unbox(norm.mean()))));
            x = onnx.node("Div", List.of(x, onnx.floats(unbox(norm.std()))));
        }
        return x;
    }

    @Override
    public Tensor linear(Tensor x, Parameter weight, Optional<Parameter> bias) {
        if (precision == Precision.int8 && isInTheMiddle(weight) && isRightOnAmx(weight)) {
            return quantized(x, (Parameter.Weight) weight, bias);
        }
        List<String> inputs = new ArrayList<>(List.of(x.id(), parameter(weight)));
        bias.ifPresent(b -> inputs.add(parameter(b)));
        return new Tensor(
                onnx.node("Gemm", inputs, OnnxWriter.whole("transB", 1)),
                x.tokens(),
                weight.shape().get(0));
    }

    /** Whether it belongs to a layer: the first projection and the heads stay in floats, which costs little and saves much. */
    private static boolean isInTheMiddle(Parameter weight) {
        return weight.name().contains("layer.");
    }

    /**
     * ONNX Runtime's integer products on AMX (seen in 1.23.2) leave the last columns unset where more than 16 remain beyond a
     * multiple of 32. Published checkpoints have no such widths; a layer that has stays in floats.
     */
    private static boolean isRightOnAmx(Parameter weight) {
        return weight.shape().get(0) % 32 <= 16;
    }

    private Tensor quantized(Tensor x, Parameter.Weight weight, Optional<Parameter> bias) {
        int out = weight.view().get(0);
        int in = weight.view().get(1);
        Optional<TensorInfo> found = tensors.find(weight);
        if (found.isEmpty()) {
            return new Tensor(weight.name(), x.tokens(), out); // the graph is not going to be used
        }
        String integers = weight.name() + ".int8";
        onnx.integers(integers, in, out);
        views.put(integers, List.of(in, out));
        quantized.put(integers, () -> new Quantization(Weights.floats(found.get()), out, in).integers());
        String scales = onnx.initializer(List.of(out), new Quantization(Weights.floats(found.get()), out, in).scales());
        List<String> inputs = new ArrayList<>(List.of(x.id(), integers, scales));
        bias.ifPresent(b -> inputs.addAll(List.of("", parameter(b)))); // no zero point: the integers are symmetric
        return new Tensor(onnx.microsoft("DynamicQuantizeMatMul", inputs), x.tokens(), out);
    }

    @Override
    public Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double epsilon) {
        String id = onnx.node(
                "LayerNormalization",
                List.of(x.id(), parameter(weight), parameter(bias)),
                OnnxWriter.whole("axis", -1),
                OnnxWriter.real("epsilon", (float) epsilon));
        return new Tensor(id, x.tokens(), x.width());
    }

    @Override
    public Tensor activation(Tensor x, Activation activation) {
        return new Tensor(OnnxActivations.print(onnx, x.id(), activation), x.tokens(), x.width());
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        GraphBuilder.requireSame(a, b);
        return new Tensor(onnx.node("Add", List.of(a.id(), b.id())), a.tokens(), a.width());
    }

    @Override
    public Tensor multiply(Tensor a, Tensor b) {
        GraphBuilder.requireSame(a, b);
        return new Tensor(onnx.node("Mul", List.of(a.id(), b.id())), a.tokens(), a.width());
    }

    @Override
    public Tensor scale(Tensor x, Parameter vector) {
        return new Tensor(onnx.node("Mul", List.of(x.id(), parameter(vector))), x.tokens(), x.width());
    }

    @Override
    public Tensor addToEach(Tensor x, Parameter b) {
        return flat(onnx.node("Add", List.of(batched(x), parameter(b))), x.tokens(), x.width());
    }

    @Override
    public Tensor prepend(Parameter tokens, Tensor x) {
        String batched = batched(x);
        String joined = onnx.node("Concat", List.of(forEach(tokens, batched), batched), OnnxWriter.whole("axis", 1));
        return flat(joined, tokens.shape().get(1) + x.tokens(), x.width());
    }

    @Override
    public Tensor insertAfterFirst(Parameter tokens, Tensor x) {
        String batched = batched(x);
        List<String> parts =
                List.of(slice(batched, 1, 0, 1), forEach(tokens, batched), slice(batched, 1, 1, x.tokens()));
        String joined = onnx.node("Concat", parts, OnnxWriter.whole("axis", 1));
        return flat(joined, tokens.shape().get(1) + x.tokens(), x.width());
    }

    /** (1, n, width) repeated to (batch, n, width), the batch taken from {@code batched}. */
    private String forEach(Parameter tokens, String batched) {
        String sizes = onnx.node("Shape", List.of(batched));
        String batch = onnx.node("Slice", List.of(sizes, onnx.longs(0), onnx.longs(1), onnx.longs(0)));
        String rest = onnx.longs(tokens.shape().get(1), tokens.shape().get(2));
        String shape = onnx.node("Concat", List.of(batch, rest), OnnxWriter.whole("axis", 0));
        return onnx.node("Expand", List.of(parameter(tokens), shape));
    }

    @Override
    public AttentionBias attentionBias(Parameter table, int[] index, int tokens) {
        long[] entries = Arrays.stream(index).asLongStream().toArray();
        String pairs = onnx.node(
                "Gather",
                List.of(parameter(table), onnx.longs(entries)),
                OnnxWriter.whole("axis", 0)); // (pairs, heads)
        int heads = table.shape().get(1);
        String byHead = onnx.node("Transpose", List.of(pairs), OnnxWriter.whole("perm", new int[] {1, 0}));
        return new AttentionBias(reshape(byHead, 1, heads, tokens, tokens));
    }

    @Override
    public AttentionBias add(AttentionBias a, AttentionBias b) {
        return new AttentionBias(onnx.node("Add", List.of(a.id(), b.id())));
    }

    @Override
    public Tensor attention(Tensor q, Tensor k, Tensor v, Attention how) {
        how.check(q, k);
        int heads = how.heads();
        if (how.weightsOutput().isEmpty() && how.headMask().isEmpty()) {
            List<String> inputs = new ArrayList<>(List.of(batched(q), batched(k), batched(v)));
            how.bias().ifPresent(b -> inputs.addAll(List.of("", "", b.id()))); // no projection bias, no mask
            String fused = onnx.microsoft("MultiHeadAttention", inputs, OnnxWriter.whole("num_heads", heads));
            return flat(fused, q.tokens(), q.width());
        }
        int size = q.width() / heads;
        String products = onnx.node("MatMul", List.of(split(q, heads, 0, 2, 1, 3), split(k, heads, 0, 2, 3, 1)));
        String scaled = onnx.node("Mul", List.of(products, onnx.floats((float) (1 / Math.sqrt(size)))));
        String scores =
                how.bias().map(b -> onnx.node("Add", List.of(scaled, b.id()))).orElse(scaled);
        String softmax = onnx.node("Softmax", List.of(scores), OnnxWriter.whole("axis", -1));
        String masked = how.headMask()
                .map(mask -> onnx.node("Mul", List.of(softmax, parameter(mask))))
                .orElse(softmax);
        how.weightsOutput().ifPresent(name -> output(name, masked, List.of(heads, q.tokens(), q.tokens())));
        String mixed = onnx.node("MatMul", List.of(masked, split(v, heads, 0, 2, 1, 3)));
        String joined = onnx.node("Transpose", List.of(mixed), OnnxWriter.whole("perm", 0, 2, 1, 3));
        return flat(joined, q.tokens(), q.width());
    }

    @Override
    public Tensor rotate(Tensor x, int heads, Parameter cos, Parameter sin) {
        int size = x.width() / heads;
        String split = reshape(x.id(), -1, x.tokens(), heads, size);
        String swapped = onnx.node(
                "Concat",
                List.of(slice(split, 3, size / 2, size), slice(split, 3, 0, size / 2)),
                OnnxWriter.whole("axis", -1));
        String kept = onnx.node("Mul", List.of(split, parameter(cos)));
        String turned = onnx.node("Mul", List.of(swapped, parameter(sin)));
        return flat(onnx.node("Add", List.of(kept, turned)), x.tokens(), x.width());
    }

    /** (batch, tokens, heads, size), transposed as {@code permutation} says. */
    private String split(Tensor x, int heads, int... permutation) {
        String heading = reshape(x.id(), -1, x.tokens(), heads, x.width() / heads);
        return onnx.node("Transpose", List.of(heading), OnnxWriter.whole("perm", permutation));
    }

    @Override
    public Tensor token(Tensor x, int index) {
        return x.tokens() == 1 && index == 0 ? x : flat(slice(batched(x), 1, index, index + 1), 1, x.width());
    }

    @Override
    public Tensor meanTokens(Tensor x, int from) {
        String tokens = slice(batched(x), 1, from, x.tokens());
        String mean = onnx.node("ReduceMean", List.of(tokens), OnnxWriter.whole("axes", new int[] {1}));
        return flat(mean, 1, x.width());
    }

    @Override
    public Tensor components(Tensor x, int from, int to) {
        return new Tensor(slice(x.id(), 1, from, to), x.tokens(), to - from);
    }

    @Override
    public Tensor concat(Tensor a, Tensor b) {
        String joined = onnx.node("Concat", List.of(a.id(), b.id()), OnnxWriter.whole("axis", 1));
        return new Tensor(joined, a.tokens(), a.width() + b.width());
    }

    private String slice(String x, int axis, int from, int to) {
        return onnx.node("Slice", List.of(x, onnx.longs(from), onnx.longs(to), onnx.longs(axis)));
    }

    @Override
    public void output(String name, Tensor x, boolean vector) {
        if (vector) {
            output(name, x.id(), List.of(x.width()));
        } else {
            output(name, batched(x), List.of(x.tokens(), x.width()));
        }
    }

    private void output(String name, String id, List<Integer> shape) {
        boolean half = request.isHalf(shape);
        onnx.output(name, id, shape, half);
        outputs.put(name, new OnnxModel.Output(name, shape, half));
    }

    private String batched(Tensor x) {
        return reshape(x.id(), -1, x.tokens(), x.width());
    }

    private Tensor flat(String id, int tokens, int width) {
        return new Tensor(reshape(id, -1, width), tokens, width);
    }

    private String reshape(String x, long... shape) {
        return onnx.node("Reshape", List.of(x, onnx.longs(shape)));
    }

    private String parameter(Parameter parameter) {
        return parameters.computeIfAbsent(
                parameter.name(),
                name -> parameter instanceof Parameter.Constant constant
                        ? onnx.initializer(constant.shape(), constant.values())
                        : weight((Parameter.Weight) parameter));
    }

    /** Declares a checkpoint tensor; another storage than the graph computes in is cast, which the runtime folds when it loads. */
    private String weight(Parameter.Weight weight) {
        Optional<TensorInfo> found = tensors.find(weight);
        if (found.isEmpty()) {
            return weight.name(); // the graph is not going to be used
        }
        TensorInfo tensor = found.get();
        onnx.external(weight.name(), tensor, weight.view());
        external.put(weight.name(), tensor);
        views.put(weight.name(), weight.view());
        return tensor.dtype() == (precision == Precision.fp16 ? DType.F16 : DType.F32)
                ? weight.name()
                : onnx.cast(weight.name());
    }

    private static float[] unbox(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
