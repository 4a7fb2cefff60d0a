package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints a described architecture as the source of a TorchScript module: a straight line of PyTorch operations on (batch,
 * tokens, width) tensors. Weights are attributes, outputs a dictionary by name.
 */
final class TorchPrinter implements GraphBuilder {
    private static final String CLASS_NAME = "Vitrine";

    private final GraphRequest request;
    private final TorchTarget target;
    private final PixelInput input;
    private final TorchType type; // of weights and activations
    private final CheckpointTensors tensors;
    private final List<TorchCall> body = new ArrayList<>();
    private final Map<String, String> parameterValues = new LinkedHashMap<>(); // parameter name -> self.wN
    private final List<TorchScript.Attribute> attributes = new ArrayList<>();
    private final Map<String, String> results = new LinkedHashMap<>(); // output name -> value
    private final List<ModelSignature.Output> outputs = new ArrayList<>();
    private int nextValue;

    TorchPrinter(GraphRequest request, TorchTarget target) {
        this.request = request;
        this.target = target;
        this.tensors = new CheckpointTensors(request.checkpoint().weights());
        this.type = TorchType.of(request.precision());
        this.input = request.input();
    }

    /** Completes the module. Call once, after the description. */
    TorchScript finish() {
        tensors.requireAll();
        List<TorchCall> calls = body;
        List<TorchSplitting.Piece> pieces = List.of();
        String loadMethods = "";
        if (target == TorchTarget.AMX && type == TorchType.BFLOAT16) {
            TorchSplitting splitting = split(calls);
            calls = splitting.calls();
            pieces = splitting.pieces();
        }
        boolean packsWeights = target != TorchTarget.ANY;
        if (packsWeights) {
            TorchPacking packing = new TorchPacking(calls, Set.copyOf(results.values()));
            calls = packing.calls();
            loadMethods = "  " + TorchScript.EXP_PAGE_TOUCH + " : Tensor\n"
                    + TorchScript.loadMethods(CLASS_NAME, attributes, packing.packedWeights(), pieces);
        }
        ModelSignature signature = new ModelSignature(input, request.imageSize(), List.copyOf(outputs));
        return new TorchScript(
                CLASS_NAME, source(calls, pieces, loadMethods), List.copyOf(attributes), packsWeights, signature);
    }

    private TorchSplitting split(List<TorchCall> calls) {
        Map<String, List<Integer>> shapes = attributes.stream()
                .collect(Collectors.toMap(TorchScript.Attribute::name, TorchScript.Attribute::shape));
        return new TorchSplitting(calls, Set.copyOf(results.values()), shapes, type.bytes);
    }

    private String source(List<TorchCall> calls, List<TorchSplitting.Piece> pieces, String loadMethods) {
        StringBuilder source = new StringBuilder("class " + CLASS_NAME + "(Module):\n");
        source.append("  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        Stream.concat(
                        attributes.stream().map(TorchScript.Attribute::name),
                        pieces.stream().map(TorchSplitting.Piece::attribute))
                .forEach(name -> source.append("  ").append(name).append(" : Tensor\n"));
        source.append(loadMethods);
        source.append("  def forward(self: __torch__." + CLASS_NAME + ",\n    " + input.inputName()
                + ": Tensor) -> Dict[str, Tensor]:\n");
        calls.forEach(call -> source.append(call.line()));
        return source.append(results.entrySet().stream()
                        .map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue())
                        .collect(Collectors.joining(", ", "    return {", "}\n")))
                .toString();
    }

    /** Appends one operation and returns its value. Arguments are numbers, lists or source text. */
    String call(String operation, Object... arguments) {
        String value = "x" + nextValue++;
        body.add(new TorchCall(
                value,
                "torch." + operation,
                Arrays.stream(arguments).map(TorchPrinter::literal).toList()));
        return value;
    }

    private static String literal(Object argument) {
        return argument instanceof Double number ? number.toString().replace('E', 'e') : argument.toString();
    }

    @Override
    public Tensor patches(Size image, Size patch, int channels, Normalization norm) {
        boolean channelsFirst = input == PixelInput.PIXEL_VALUES;
        String x = channelsFirst ? input.inputName() : normalized(norm);
        int rows = image.height() / patch.height();
        int columns = image.width() / patch.width();
        int first = channelsFirst ? 2 : 1;
        if (rows * patch.height() != image.height()) { // pixels beyond the last whole patch are dropped
            x = call("slice", x, first, 0, rows * patch.height());
        }
        if (columns * patch.width() != image.width()) {
            x = call("slice", x, first + 1, 0, columns * patch.width());
        }
        if (channelsFirst) { // (batch, channels, rows, h, columns, w) -> (batch, rows, columns, channels, h, w)
            x = call("reshape", x, List.of(-1, channels, rows, patch.height(), columns, patch.width()));
            x = call("permute", x, List.of(0, 2, 4, 1, 3, 5));
        } else {
            x = call("reshape", x, List.of(-1, rows, patch.height(), columns, patch.width(), channels));
            x = call("permute", x, List.of(0, 1, 3, 5, 2, 4));
        }
        int flat = channels * patch.height() * patch.width();
        String cut = call("reshape", x, List.of(-1, rows * columns, flat));
        return new Tensor(type == TorchType.FLOAT ? cut : call("to", cut, type.number), rows * columns, flat);
    }

    private String normalized(Normalization norm) {
        String x =
                input == PixelInput.UINT8 ? call("to", input.inputName(), TorchType.FLOAT.number) : input.inputName();
        if (norm.rescales()) {
            x = call("mul", x, (double) norm.factor());
        }
        if (norm.standardizes()) { // channels are the last axis
            x = call("sub", x, float32Constant("mean", norm.mean()));
            x = call("div", x, float32Constant("std", norm.std()));
        }
        return x;
    }

    /** A 32-bit attribute in every precision: pixels are normalized before they are narrowed. */
    private String float32Constant(String name, List<Float> channels) {
        float[] floats = new float[channels.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = channels.get(i);
        }
        String attribute = "w" + attributes.size();
        Parameter.Constant constant = new Parameter.Constant(name, List.of(floats.length), floats);
        attributes.add(TorchScript.Attribute.of(attribute, TorchType.FLOAT, constant));
        return "self." + attribute;
    }

    @Override
    public Tensor linear(Tensor x, Parameter weight, Optional<Parameter> bias, LinearRole role) {
        String y = call(
                "linear", x.id(), parameter(weight), bias.map(this::parameter).orElse("None"));
        return new Tensor(y, x.tokens(), weight.shape().get(0));
    }

    @Override
    public Tensor rmsNorm(Tensor x, Parameter weight, double epsilon) {
        String scaled = call("rms_norm", x.id(), List.of(x.width()), parameter(weight), epsilon);
        return new Tensor(scaled, x.tokens(), x.width());
    }

    @Override
    public Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double epsilon) {
        String y = call("layer_norm", x.id(), List.of(x.width()), parameter(weight), parameter(bias), epsilon, "False");
        return new Tensor(y, x.tokens(), x.width());
    }

    @Override
    public Tensor activation(Tensor x, Activation activation) {
        return new Tensor(TorchActivations.print(this, x.id(), activation), x.tokens(), x.width());
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        GraphBuilder.requireSameShape(a, b);
        return new Tensor(call("add", a.id(), b.id()), a.tokens(), a.width());
    }

    @Override
    public Tensor multiply(Tensor a, Tensor b) {
        GraphBuilder.requireSameShape(a, b);
        return new Tensor(call("mul", a.id(), b.id()), a.tokens(), a.width());
    }

    @Override
    public Tensor scale(Tensor x, Parameter vector) {
        return new Tensor(call("mul", x.id(), parameter(vector)), x.tokens(), x.width());
    }

    @Override
    public Tensor addToEach(Tensor x, Parameter b) {
        return new Tensor(call("add", x.id(), parameter(b)), x.tokens(), x.width());
    }

    @Override
    public Tensor prepend(Parameter tokens, Tensor x) {
        String joined = call("cat", List.of(repeated(tokens, x), x.id()), 1);
        return new Tensor(joined, tokens.shape().get(1) + x.tokens(), x.width());
    }

    @Override
    public Tensor insertAfterFirst(Parameter tokens, Tensor x) {
        String first = call("slice", x.id(), 1, 0, 1);
        String rest = call("slice", x.id(), 1, 1, x.tokens());
        String joined = call("cat", List.of(first, repeated(tokens, x), rest), 1);
        return new Tensor(joined, tokens.shape().get(1) + x.tokens(), x.width());
    }

    /** (1, n, width) repeated to (batch, n, width). */
    private String repeated(Parameter tokens, Tensor x) {
        return call("expand", parameter(tokens), "[torch.size(" + x.id() + ", 0), -1, -1]");
    }

    /** Gathers the bias when the module is written: it depends on no image. */
    @Override
    public AttentionBias attentionBias(Parameter table, int[] index, int tokens) {
        int heads = table.shape().get(1);
        String attribute = "w" + attributes.size();
        float[] entries = floats(table);
        String origin = table.name() + Arrays.hashCode(index); // a resized table has another name
        attributes.add(new TorchScript.Attribute(attribute, List.of(1, heads, tokens, tokens), type, origin, out -> {
            float[] head = new float[index.length]; // one head at a time: all heads of a large model exceed the heap
            for (int h = 0; h < heads; h++) {
                for (int i = 0; i < head.length; i++) {
                    head[i] = entries[index[i] * heads + h];
                }
                type.write(head, out);
            }
        }));
        return new AttentionBias("self." + attribute);
    }

    private float[] floats(Parameter parameter) {
        return parameter instanceof Parameter.Constant constant
                ? constant.values()
                : tensors.find((Parameter.Weight) parameter)
                        .map(Weights::floats)
                        .orElse(new float[0]);
    }

    @Override
    public AttentionBias add(AttentionBias a, AttentionBias b) {
        return new AttentionBias(call("add", a.id(), b.id()));
    }

    @Override
    public Tensor attention(Tensor q, Tensor k, Tensor v, Attention options) {
        options.check(q, k);
        String queries = split(q, options.heads());
        String keys = split(k, options.heads());
        String values = split(v, options.heads());
        // Without AMX, PyTorch's fused attention multiplies bfloat16 matrices with slow kernels.
        boolean slowFusedKernels = target == TorchTarget.CPU && type == TorchType.BFLOAT16;
        boolean fused = options.weightsOutput().isEmpty() && options.headMask().isEmpty() && !slowFusedKernels;
        String contexts = fused
                ? call(
                        "scaled_dot_product_attention",
                        queries,
                        keys,
                        values,
                        options.bias().map(AttentionBias::id).orElse("None"),
                        0.0,
                        "False")
                : call("matmul", attentionWeights(queries, keys, q, options), values);
        String joined = call("permute", contexts, List.of(0, 2, 1, 3));
        return new Tensor(call("reshape", joined, List.of(-1, q.tokens(), q.width())), q.tokens(), q.width());
    }

    private String attentionWeights(String queries, String keys, Tensor q, Attention options) {
        double scale = 1 / Math.sqrt((double) q.width() / options.heads());
        // Scaling first loses nothing in most models: their scale is a power of two.
        String scaled = call("matmul", call("mul", queries, scale), call("transpose", keys, 2, 3));
        String scores =
                options.bias().map(bias -> call("add", scaled, bias.id())).orElse(scaled);
        String softmax = call("softmax", scores, -1);
        String masked = options.headMask()
                .map(mask -> call("mul", softmax, parameter(mask)))
                .orElse(softmax);
        options.weightsOutput()
                .ifPresent(name -> output(name, masked, List.of(options.heads(), q.tokens(), q.tokens())));
        return masked;
    }

    /** (batch, heads, tokens, head size). */
    private String split(Tensor x, int heads) {
        String byHead = call("reshape", x.id(), List.of(-1, x.tokens(), heads, x.width() / heads));
        return call("permute", byHead, List.of(0, 2, 1, 3));
    }

    @Override
    public Tensor rotate(Tensor x, int heads, Pairs pairs, Parameter cos, Parameter sin) {
        int size = x.width() / heads;
        String byHead = call("reshape", x.id(), List.of(-1, x.tokens(), heads, size));
        String swapped = pairs == Pairs.HALVES
                ? exchanged(byHead, 3, size)
                : call(
                        "reshape",
                        exchanged(call("reshape", x.id(), List.of(-1, x.tokens(), heads, size / 2, 2)), 4, 2),
                        List.of(-1, x.tokens(), heads, size));
        String rotated = call("add", call("mul", byHead, parameter(cos)), call("mul", swapped, parameter(sin)));
        return new Tensor(call("reshape", rotated, List.of(-1, x.tokens(), x.width())), x.tokens(), x.width());
    }

    /** The two halves of an axis, exchanged. */
    private String exchanged(String x, int axis, int length) {
        String second = call("slice", x, axis, length / 2, length);
        return call("cat", List.of(second, call("slice", x, axis, 0, length / 2)), axis);
    }

    @Override
    public Tensor regrouped(Tensor x, int tokens, int width) {
        return new Tensor(call("reshape", x.id(), List.of(-1, tokens, width)), tokens, width);
    }

    @Override
    public Tensor token(Tensor x, int index) {
        if (x.tokens() == 1 && index == 0) {
            return x;
        }
        String token = call("slice", x.id(), 1, index, index + 1);
        return new Tensor(call("contiguous", token), 1, x.width()); // oneDNN reads contiguous tensors
    }

    @Override
    public Tensor tokensFrom(Tensor x, int from) {
        if (from == 0) {
            return x;
        }
        String rest = call("slice", x.id(), 1, from, x.tokens());
        return new Tensor(call("contiguous", rest), x.tokens() - from, x.width()); // oneDNN reads contiguous tensors
    }

    @Override
    public Tensor meanTokens(Tensor x, int from) {
        String tokens = from == 0 ? x.id() : call("slice", x.id(), 1, from, x.tokens());
        return new Tensor(call("mean", tokens, List.of(1), "True"), 1, x.width());
    }

    @Override
    public Tensor components(Tensor x, int from, int to) {
        return new Tensor(call("slice", x.id(), 2, from, to), x.tokens(), to - from);
    }

    @Override
    public Tensor concat(Tensor a, Tensor b) {
        return new Tensor(call("cat", List.of(a.id(), b.id()), 2), a.tokens(), a.width() + b.width());
    }

    @Override
    public void output(String name, Tensor x) {
        output(name, x.id(), List.of(x.tokens(), x.width()));
    }

    @Override
    public void outputVector(String name, Tensor x) {
        output(name, call("reshape", x.id(), List.of(-1, x.width())), List.of(x.width()));
    }

    private void output(String name, String value, List<Integer> shape) {
        ModelSignature.Output output = request.output(name, shape);
        TorchType outputType =
                switch (output.type()) {
                    case FLOAT16 -> TorchType.HALF;
                    case FLOAT32 -> TorchType.FLOAT;
                };
        results.put(name, type == outputType ? value : call("to", value, outputType.number));
        outputs.add(output);
    }

    private String parameter(Parameter parameter) {
        return parameterValues.computeIfAbsent(parameter.name(), name -> {
            String attribute = "w" + attributes.size();
            if (parameter instanceof Parameter.Constant constant) {
                attributes.add(TorchScript.Attribute.of(attribute, type, constant));
            } else {
                Parameter.Weight weight = (Parameter.Weight) parameter;
                Optional<TensorInfo> tensor = tensors.find(weight);
                tensor.ifPresent(found -> attributes.add(TorchScript.Attribute.of(attribute, weight, type, found)));
            }
            return "self." + attribute;
        });
    }
}
