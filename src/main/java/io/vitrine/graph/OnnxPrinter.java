package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Prints a described architecture as ONNX for ONNX Runtime: opset 17 and operators of the {@code com.microsoft} domain.
 *
 * <p>Tensors are kept as (batch * tokens, width), which makes a linear layer one Gemm on the stored weight. {@link
 * #batched} reshapes them where an operation needs the batch; that copies nothing. Weights become external initializers: the
 * model holds only their names, shapes and locations.
 */
final class OnnxPrinter implements GraphBuilder {
    private final GraphRequest request;
    private final OnnxTarget target;
    private final PixelInput input;
    private final Precision precision;
    private final CheckpointTensors tensors;
    private final OnnxWriter onnx = new OnnxWriter();
    private final Map<String, String> parameterIds = new LinkedHashMap<>(); // name -> id of the value in the float type
    private final Map<String, TensorInfo> weights = new LinkedHashMap<>();
    private final QuantizedLinears quantized = new QuantizedLinears(onnx, this::parameter);
    private final Map<String, List<Integer>> initializerShapes = new LinkedHashMap<>();
    private final List<ModelSignature.Output> outputs = new ArrayList<>();

    OnnxPrinter(GraphRequest request, OnnxTarget target) {
        this.request = request;
        this.target = target;
        this.precision = request.precision();
        this.tensors = new CheckpointTensors(request.checkpoint().weights());
        this.input = request.input();
    }

    /** Completes the model. Call once, after the description. */
    OnnxModel finish() {
        tensors.requireAll();
        quantized.finish();
        if (target == OnnxTarget.GPU) {
            onnx.fuse();
        }
        if (precision == Precision.int8 || target == OnnxTarget.GPU) { // folded norms and biases leave weights unread
            Set<String> read = onnx.removeUnused();
            weights.keySet().retainAll(read);
            initializerShapes.keySet().retainAll(read);
        }
        return new OnnxModel(
                onnx.modelProto(),
                Map.copyOf(weights),
                Map.copyOf(initializerShapes),
                Map.copyOf(quantized.integers()),
                new ModelSignature(input, request.imageSize(), List.copyOf(outputs)));
    }

    @Override
    public Tensor patches(Size image, Size patch, int channels, Normalization norm) {
        boolean channelsFirst = input == PixelInput.PIXEL_VALUES;
        // On a GPU, bytes are a quarter of the memory traffic of floats, so patches are cut before they are normalized.
        boolean cutsBytes = target == OnnxTarget.GPU && input == PixelInput.UINT8;
        onnx.input(
                input.inputName(),
                input == PixelInput.UINT8 ? TensorProto.DataType.UINT8 : TensorProto.DataType.FLOAT,
                input.shape(image));
        String x = channelsFirst || cutsBytes
                ? input.inputName()
                : normalized(input.inputName(), norm, List.of(channels)); // channels are the last axis
        int rows = image.height() / patch.height();
        int columns = image.width() / patch.width();
        if (rows * patch.height() != image.height() || columns * patch.width() != image.width()) {
            // A strided convolution drops pixels beyond the last whole patch.
            x = onnx.node(
                    "Slice",
                    List.of(
                            x,
                            onnx.int64Constant(0, 0),
                            onnx.int64Constant((long) rows * patch.height(), (long) columns * patch.width()),
                            channelsFirst ? onnx.int64Constant(2, 3) : onnx.int64Constant(1, 2)));
        }
        if (channelsFirst) { // (batch, channels, rows, h, columns, w) -> (batch, rows, columns, channels, h, w)
            x = reshape(x, -1, channels, rows, patch.height(), columns, patch.width());
            x = onnx.node("Transpose", List.of(x), OnnxWriter.intsAttribute("perm", 0, 2, 4, 1, 3, 5));
        } else { // (batch, rows, h, columns, w, channels) -> the same: the order of the kernel
            x = reshape(x, -1, rows, patch.height(), columns, patch.width(), channels);
            x = onnx.node("Transpose", List.of(x), OnnxWriter.intsAttribute("perm", 0, 1, 3, 5, 2, 4));
        }
        if (cutsBytes) {
            String planes = reshape(x, -1, channels, (long) patch.height() * patch.width());
            x = normalized(planes, norm, List.of(channels, 1));
        }
        int flat = channels * patch.height() * patch.width();
        String cut = reshape(x, -1, flat);
        if (precision == Precision.fp16 || precision == Precision.bf16) {
            onnx.useFloatType(
                    precision == Precision.fp16 ? TensorProto.DataType.FLOAT16 : TensorProto.DataType.BFLOAT16);
            cut = onnx.castToFloatType(cut);
        }
        return new Tensor(cut, rows * columns, flat);
    }

    /**
     * Pixels as 32-bit floats, rescaled and standardized.
     *
     * @param channels the shape of a value for each channel, which is broadcast
     */
    private String normalized(String pixels, Normalization norm, List<Integer> channels) {
        String x = input == PixelInput.UINT8
                ? onnx.node("Cast", List.of(pixels), OnnxWriter.intAttribute("to", TensorProto.DataType.FLOAT_VALUE))
                : pixels;
        if (norm.rescales()) {
            x = onnx.node("Mul", List.of(x, onnx.floatConstant(norm.factor())));
        }
        if (norm.standardizes()) {
            x = onnx.node("Sub", List.of(x, onnx.floatInitializer(channels, unbox(norm.mean()))));
            x = onnx.node("Div", List.of(x, onnx.floatInitializer(channels, unbox(norm.std()))));
        }
        return x;
    }

    @Override
    public Tensor linear(Tensor x, Parameter weight, Optional<Parameter> bias, LinearRole role) {
        if (precision == Precision.int8 && role == LinearRole.ENCODER && isRightOnAmx(weight)) {
            return quantizedLinear(x, (Parameter.Weight) weight, bias);
        }
        List<String> inputs = new ArrayList<>(List.of(x.id(), parameter(weight)));
        bias.ifPresent(b -> inputs.add(parameter(b)));
        return new Tensor(
                onnx.node("Gemm", inputs, OnnxWriter.intAttribute("transB", 1)),
                x.tokens(),
                weight.shape().get(0));
    }

    /**
     * A bug of ONNX Runtime 1.23.2: on AMX, its integer products leave the last columns unset if more than 16 remain beyond a
     * multiple of 32. Such layers stay in floats. Published checkpoints have none.
     */
    private static boolean isRightOnAmx(Parameter weight) {
        return weight.shape().get(0) % 32 <= 16;
    }

    private Tensor quantizedLinear(Tensor x, Parameter.Weight weight, Optional<Parameter> bias) {
        int out = weight.shape().get(0);
        int in = weight.shape().get(1);
        Optional<TensorInfo> found = tensors.find(weight);
        if (found.isEmpty()) {
            return new Tensor(weight.name(), x.tokens(), out); // finish() throws
        }
        initializerShapes.put(QuantizedLinears.integerName(weight.name()), List.of(in, out));
        return new Tensor(quantized.print(x.id(), weight.name(), found.get(), out, in, bias), x.tokens(), out);
    }

    @Override
    public Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double epsilon) {
        String id = layerNorm(x.id(), parameter(weight), parameter(bias), epsilon);
        if (precision == Precision.int8) {
            values(weight).ifPresent(w -> values(bias)
                    .ifPresent(b ->
                            quantized.addNorm(id, w, b, (folded, shift) -> layerNorm(x.id(), folded, shift, epsilon))));
        }
        return new Tensor(id, x.tokens(), x.width());
    }

    private String layerNorm(String x, String weight, String bias, double epsilon) {
        return onnx.node(
                "LayerNormalization",
                List.of(x, weight, bias),
                OnnxWriter.intAttribute("axis", -1),
                OnnxWriter.floatAttribute("epsilon", (float) epsilon));
    }

    /** The values of a parameter; empty for a missing weight, of which finish() tells. */
    private Optional<float[]> values(Parameter parameter) {
        return parameter instanceof Parameter.Constant constant
                ? Optional.of(constant.values())
                : tensors.find((Parameter.Weight) parameter).map(Weights::floats);
    }

    /** ONNX Runtime keeps the contributed operator in the default domain. */
    @Override
    public Tensor rmsNorm(Tensor x, Parameter weight, double epsilon) {
        String id = onnx.node(
                "SimplifiedLayerNormalization",
                List.of(x.id(), parameter(weight)),
                OnnxWriter.intAttribute("axis", -1),
                OnnxWriter.intAttribute("stash_type", 1),
                OnnxWriter.floatAttribute("epsilon", (float) epsilon));
        return new Tensor(id, x.tokens(), x.width());
    }

    @Override
    public Tensor activation(Tensor x, Activation activation) {
        return new Tensor(OnnxActivations.print(onnx, x.id(), activation), x.tokens(), x.width());
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        GraphBuilder.requireSameShape(a, b);
        return new Tensor(onnx.node("Add", List.of(a.id(), b.id())), a.tokens(), a.width());
    }

    @Override
    public Tensor multiply(Tensor a, Tensor b) {
        GraphBuilder.requireSameShape(a, b);
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
        String joined =
                onnx.node("Concat", List.of(repeated(tokens, batched), batched), OnnxWriter.intAttribute("axis", 1));
        return flat(joined, tokens.shape().get(1) + x.tokens(), x.width());
    }

    @Override
    public Tensor insertAfterFirst(Parameter tokens, Tensor x) {
        String batched = batched(x);
        List<String> parts =
                List.of(slice(batched, 1, 0, 1), repeated(tokens, batched), slice(batched, 1, 1, x.tokens()));
        String joined = onnx.node("Concat", parts, OnnxWriter.intAttribute("axis", 1));
        return flat(joined, tokens.shape().get(1) + x.tokens(), x.width());
    }

    /** (1, n, width) repeated to (batch, n, width), with the batch size of {@code batched}. */
    private String repeated(Parameter tokens, String batched) {
        String sizes = onnx.node("Shape", List.of(batched));
        String batch =
                onnx.node("Slice", List.of(sizes, onnx.int64Constant(0), onnx.int64Constant(1), onnx.int64Constant(0)));
        String rest = onnx.int64Constant(tokens.shape().get(1), tokens.shape().get(2));
        String shape = onnx.node("Concat", List.of(batch, rest), OnnxWriter.intAttribute("axis", 0));
        return onnx.node("Expand", List.of(parameter(tokens), shape));
    }

    @Override
    public AttentionBias attentionBias(Parameter table, int[] index, int tokens) {
        long[] entries = Arrays.stream(index).asLongStream().toArray();
        String pairs = onnx.node(
                "Gather",
                List.of(parameter(table), onnx.int64Constant(entries)),
                OnnxWriter.intAttribute("axis", 0)); // (pairs, heads)
        int heads = table.shape().get(1);
        String byHead = onnx.node("Transpose", List.of(pairs), OnnxWriter.intsAttribute("perm", 1, 0));
        return new AttentionBias(reshape(byHead, 1, heads, tokens, tokens));
    }

    @Override
    public AttentionBias add(AttentionBias a, AttentionBias b) {
        return new AttentionBias(onnx.node("Add", List.of(a.id(), b.id())));
    }

    @Override
    public Tensor attention(Tensor q, Tensor k, Tensor v, Attention options) {
        options.check(q, k);
        int heads = options.heads();
        if (options.weightsOutput().isEmpty() && options.headMask().isEmpty()) {
            List<String> inputs = new ArrayList<>(List.of(batched(q), batched(k), batched(v)));
            options.bias()
                    .ifPresent(b -> inputs.addAll(List.of("", "", b.id()))); // no projection bias, no padding mask
            String fused =
                    onnx.microsoftNode("MultiHeadAttention", inputs, OnnxWriter.intAttribute("num_heads", heads));
            return flat(fused, q.tokens(), q.width());
        }
        int size = q.width() / heads;
        String products = onnx.node("MatMul", List.of(split(q, heads, 0, 2, 1, 3), split(k, heads, 0, 2, 3, 1)));
        String scaled = onnx.node("Mul", List.of(products, onnx.floatConstant((float) (1 / Math.sqrt(size)))));
        String scores = options.bias()
                .map(b -> onnx.node("Add", List.of(scaled, b.id())))
                .orElse(scaled);
        String softmax = onnx.node("Softmax", List.of(scores), OnnxWriter.intAttribute("axis", -1));
        String masked = options.headMask()
                .map(mask -> onnx.node("Mul", List.of(softmax, parameter(mask))))
                .orElse(softmax);
        options.weightsOutput().ifPresent(name -> output(name, masked, List.of(heads, q.tokens(), q.tokens())));
        String contexts = onnx.node("MatMul", List.of(masked, split(v, heads, 0, 2, 1, 3)));
        String joined = onnx.node("Transpose", List.of(contexts), OnnxWriter.intsAttribute("perm", 0, 2, 1, 3));
        return flat(joined, q.tokens(), q.width());
    }

    @Override
    public Tensor rotate(Tensor x, int heads, Pairs pairs, Parameter cos, Parameter sin) {
        int size = x.width() / heads;
        String split = reshape(x.id(), -1, x.tokens(), heads, size);
        int swappedWidth = pairs == Pairs.HALVES ? size : 2;
        String cut = reshape(x.id(), -1, swappedWidth);
        String exchanged = onnx.node(
                "Concat",
                List.of(slice(cut, 1, swappedWidth / 2, swappedWidth), slice(cut, 1, 0, swappedWidth / 2)),
                OnnxWriter.intAttribute("axis", -1));
        String swapped = reshape(exchanged, -1, x.tokens(), heads, size);
        String cosPart = onnx.node("Mul", List.of(split, parameter(cos)));
        String sinPart = onnx.node("Mul", List.of(swapped, parameter(sin)));
        return flat(onnx.node("Add", List.of(cosPart, sinPart)), x.tokens(), x.width());
    }

    @Override
    public Tensor regrouped(Tensor x, int tokens, int width) {
        return flat(x.id(), tokens, width);
    }

    /** (batch, tokens, heads, head size), transposed by {@code permutation}. */
    private String split(Tensor x, int heads, int... permutation) {
        String byHead = reshape(x.id(), -1, x.tokens(), heads, x.width() / heads);
        return onnx.node("Transpose", List.of(byHead), OnnxWriter.intsAttribute("perm", permutation));
    }

    @Override
    public Tensor token(Tensor x, int index) {
        if (x.tokens() == 1 && index == 0) {
            return x;
        }
        Tensor token = flat(slice(batched(x), 1, index, index + 1), 1, x.width());
        quantized.addToken(token.id(), x.id());
        return token;
    }

    @Override
    public Tensor tokensFrom(Tensor x, int from) {
        int count = x.tokens() - from;
        return from == 0 ? x : flat(slice(batched(x), 1, from, x.tokens()), count, x.width());
    }

    @Override
    public Tensor meanTokens(Tensor x, int from) {
        String tokens = slice(batched(x), 1, from, x.tokens());
        String mean = target == OnnxTarget.GPU
                ? onnx.meanByProduct(tokens, x.tokens() - from)
                : onnx.node("ReduceMean", List.of(tokens), OnnxWriter.intsAttribute("axes", 1));
        return flat(mean, 1, x.width());
    }

    @Override
    public Tensor components(Tensor x, int from, int to) {
        return new Tensor(slice(x.id(), 1, from, to), x.tokens(), to - from);
    }

    @Override
    public Tensor concat(Tensor a, Tensor b) {
        String joined = onnx.node("Concat", List.of(a.id(), b.id()), OnnxWriter.intAttribute("axis", 1));
        return new Tensor(joined, a.tokens(), a.width() + b.width());
    }

    private String slice(String x, int axis, int from, int to) {
        return onnx.node(
                "Slice", List.of(x, onnx.int64Constant(from), onnx.int64Constant(to), onnx.int64Constant(axis)));
    }

    @Override
    public void output(String name, Tensor x) {
        output(name, batched(x), List.of(x.tokens(), x.width()));
    }

    @Override
    public void outputVector(String name, Tensor x) {
        output(name, x.id(), List.of(x.width()));
    }

    private void output(String name, String id, List<Integer> shape) {
        ModelSignature.Output output = request.output(name, shape);
        onnx.output(id, output);
        outputs.add(output);
    }

    private String batched(Tensor x) {
        return reshape(x.id(), -1, x.tokens(), x.width());
    }

    private Tensor flat(String id, int tokens, int width) {
        return new Tensor(reshape(id, -1, width), tokens, width);
    }

    private String reshape(String x, long... shape) {
        return onnx.node("Reshape", List.of(x, onnx.int64Constant(shape)));
    }

    private String parameter(Parameter parameter) {
        return parameterIds.computeIfAbsent(
                parameter.name(),
                name -> parameter instanceof Parameter.Constant constant
                        ? onnx.floatInitializer(constant.shape(), constant.values())
                        : weight((Parameter.Weight) parameter));
    }

    /** Declares a checkpoint tensor and casts it if it is stored in another type. ONNX Runtime folds the cast at load. */
    private String weight(Parameter.Weight weight) {
        Optional<TensorInfo> found = tensors.find(weight);
        if (found.isEmpty()) {
            return weight.name(); // finish() throws
        }
        TensorInfo tensor = found.get();
        onnx.checkpointInitializer(weight.name(), tensor, weight.shape());
        weights.put(weight.name(), tensor);
        initializerShapes.put(weight.name(), weight.shape());
        DType type =
                switch (precision) {
                    case fp16 -> DType.F16;
                    case bf16 -> DType.BF16;
                    case fp32, int8 -> DType.F32;
                };
        return tensor.dtype() == type ? weight.name() : onnx.castToFloatType(weight.name());
    }

    private static float[] unbox(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
