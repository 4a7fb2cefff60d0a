package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.Size;
import io.vitrine.checkpoint.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prints a described architecture as ONNX, opset 17 with the {@code com.microsoft} operators Gelu and
 * MultiHeadAttention, for ONNX Runtime.
 *
 * <p>Between operations a tensor is kept as (batch * tokens, width), so that a linear layer is one Gemm on the weight as
 * it is stored; {@link #batched} reshapes it, without a copy, where the batch matters. Weights become external
 * initializers: the model carries only their names, shapes and places.
 */
final class OnnxPrinter implements Ops {
    private static final String MICROSOFT = "com.microsoft";

    private final Weights weights;
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("vitrine");
    private final Map<String, String> parameters = new LinkedHashMap<>(); // name -> id of its float32 value
    private final Map<String, TensorInfo> external = new LinkedHashMap<>();
    private final Map<String, List<Integer>> views = new LinkedHashMap<>();
    private final Map<String, FeatureGraph.Output> outputs = new LinkedHashMap<>();
    private final Map<String, String> constants = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int ids;

    OnnxPrinter(Weights weights) {
        this.weights = weights;
    }

    /** Closes the graph. */
    FeatureGraph finish(Size image) {
        if (!faults.isEmpty()) {
            throw new VitrineException("The weights in " + weights.folder() + " do not fit its config.json: "
                    + String.join("; ", faults) + ". Take config.json and weights from the same checkpoint.");
        }
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("vitrine")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
                .setGraph(graph)
                .build();
        return new FeatureGraph(
                model.toByteArray(),
                Map.copyOf(external),
                Map.copyOf(views),
                image,
                List.copyOf(outputs.values()));
    }

    @Override
    public Tensor patches(Size image, Size patch, int channels, Normalization norm) {
        graph.addInput(value(
                FeatureGraph.INPUT, TensorProto.DataType.UINT8, "batch", image.height(), image.width(), channels));
        String x = node("Cast", List.of(FeatureGraph.INPUT), attribute("to", TensorProto.DataType.FLOAT_VALUE));
        if (norm.rescales()) {
            x = node("Mul", List.of(x, floats(norm.factor())));
        }
        if (norm.shifts()) { // over the last axis, the channels
            x = node("Sub", List.of(x, floats(unbox(norm.mean()))));
            x = node("Div", List.of(x, floats(unbox(norm.std()))));
        }
        int rows = image.height() / patch.height();
        int columns = image.width() / patch.width();
        if (rows * patch.height() != image.height() || columns * patch.width() != image.width()) {
            // Pixels that fill no patch are dropped, as a strided convolution drops them.
            x = node(
                    "Slice",
                    List.of(
                            x,
                            longs(0, 0),
                            longs(rows * patch.height(), columns * patch.width()),
                            longs(1, 2)));
        }
        // (batch, rows, h, columns, w, channels) -> (batch, rows, columns, channels, h, w), the order of the kernel
        x = reshape(x, -1, rows, patch.height(), columns, patch.width(), channels);
        x = node("Transpose", List.of(x), attribute("perm", 0, 1, 3, 5, 2, 4));
        int flat = channels * patch.height() * patch.width();
        return new Tensor(reshape(x, -1, flat), rows * columns, flat);
    }

    @Override
    public Tensor linear(Tensor x, Parameter weight, Optional<Parameter> bias) {
        List<String> inputs = new ArrayList<>(List.of(x.id(), parameter(weight)));
        bias.ifPresent(b -> inputs.add(parameter(b)));
        return new Tensor(node("Gemm", inputs, attribute("transB", 1)), x.tokens(), weight.shape().get(0));
    }

    @Override
    public Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double epsilon) {
        String id = node(
                "LayerNormalization",
                List.of(x.id(), parameter(weight), parameter(bias)),
                attribute("axis", -1),
                attribute("epsilon", (float) epsilon));
        return new Tensor(id, x.tokens(), x.width());
    }

    @Override
    public Tensor activation(Tensor x, Activation activation) {
        return new Tensor(activation(x.id(), activation), x.tokens(), x.width());
    }

    private String activation(String x, Activation activation) {
        return switch (activation) {
            case GELU -> microsoft("Gelu", List.of(x));
            case GELU_TANH -> tanhGelu(x, (float) Math.sqrt(2 / Math.PI));
            case GELU_FAST -> tanhGelu(x, 0.7978845608f);
            case GELU_10 -> node(
                    "Clip", List.of(microsoft("Gelu", List.of(x)), floats(-10f), floats(10f)));
            case QUICK_GELU -> node(
                    "Mul", List.of(x, node("Sigmoid", List.of(node("Mul", List.of(x, floats(1.702f)))))));
            case RELU -> node("Relu", List.of(x));
            case RELU2 -> {
                String relu = node("Relu", List.of(x));
                yield node("Mul", List.of(relu, relu));
            }
            case RELU6 -> node("Clip", List.of(x, floats(0f), floats(6f)));
            case LEAKY_RELU -> node("LeakyRelu", List.of(x), attribute("alpha", 0.01f));
            case SILU -> node("Mul", List.of(x, node("Sigmoid", List.of(x))));
            case SIGMOID -> node("Sigmoid", List.of(x));
            case TANH -> node("Tanh", List.of(x));
            case LINEAR -> x;
            case MISH -> node("Mul", List.of(x, node("Tanh", List.of(node("Softplus", List.of(x))))));
            case LAPLACE -> {
                String scaled = node(
                        "Div",
                        List.of(node("Sub", List.of(x, floats(0.707107f))), floats((float) (0.282095 * Math.sqrt(2)))));
                String erf = node("Erf", List.of(scaled));
                yield node("Mul", List.of(node("Add", List.of(erf, floats(1f))), floats(0.5f)));
            }
        };
    }

    /** 0.5 x (1 + tanh(k x (1 + 0.044715 x^2))). */
    private String tanhGelu(String x, float k) {
        String square = node("Mul", List.of(x, x));
        String inner = node("Add", List.of(node("Mul", List.of(square, floats(0.044715f))), floats(1f)));
        String tanh = node("Tanh", List.of(node("Mul", List.of(node("Mul", List.of(x, floats(k))), inner))));
        String half = node("Mul", List.of(x, floats(0.5f)));
        return node("Mul", List.of(half, node("Add", List.of(tanh, floats(1f)))));
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
        return new Tensor(node("Add", List.of(a.id(), b.id())), a.tokens(), a.width());
    }

    @Override
    public Tensor addToEach(Tensor x, Parameter b) {
        return flat(node("Add", List.of(batched(x), parameter(b))), x.tokens(), x.width());
    }

    @Override
    public Tensor prepend(Parameter token, Tensor x) {
        String batched = batched(x);
        String batch = node("Slice", List.of(node("Shape", List.of(batched)), longs(0), longs(1), longs(0)));
        String shape = node("Concat", List.of(batch, longs(1, x.width())), attribute("axis", 0));
        String tokens = node("Expand", List.of(parameter(token), shape));
        String joined = node("Concat", List.of(tokens, batched), attribute("axis", 1));
        return flat(joined, x.tokens() + 1, x.width());
    }

    @Override
    public Tensor attention(Tensor q, Tensor k, Tensor v, int heads, Optional<String> weightsOutput) {
        if (weightsOutput.isEmpty()) {
            String fused = microsoft(
                    "MultiHeadAttention",
                    List.of(batched(q), batched(k), batched(v)),
                    attribute("num_heads", heads));
            return flat(fused, q.tokens(), q.width());
        }
        int size = q.width() / heads;
        String scores = node("MatMul", List.of(split(q, heads, 0, 2, 1, 3), split(k, heads, 0, 2, 3, 1)));
        String scaled = node("Mul", List.of(scores, floats((float) (1 / Math.sqrt(size)))));
        String softmax = node("Softmax", List.of(scaled), attribute("axis", -1));
        output(weightsOutput.get(), softmax, List.of(heads, q.tokens(), q.tokens()));
        String mixed = node("MatMul", List.of(softmax, split(v, heads, 0, 2, 1, 3)));
        String joined = node("Transpose", List.of(mixed), attribute("perm", 0, 2, 1, 3));
        return flat(joined, q.tokens(), q.width());
    }

    /** (batch, tokens, heads, size), transposed as {@code permutation} says. */
    private String split(Tensor x, int heads, int... permutation) {
        String heading = reshape(x.id(), -1, x.tokens(), heads, x.width() / heads);
        return node("Transpose", List.of(heading), attribute("perm", permutation));
    }

    @Override
    public Tensor firstToken(Tensor x) {
        String first = node("Slice", List.of(batched(x), longs(0), longs(1), longs(1)));
        return flat(first, 1, x.width());
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
        graph.addNode(NodeProto.newBuilder().setOpType("Identity").setName(name).addInput(id).addOutput(name));
        Object[] dimensions = new Object[shape.size() + 1];
        dimensions[0] = "batch";
        for (int i = 0; i < shape.size(); i++) {
            dimensions[i + 1] = shape.get(i);
        }
        graph.addOutput(value(name, TensorProto.DataType.FLOAT, dimensions));
        outputs.put(name, new FeatureGraph.Output(name, shape));
    }

    private String batched(Tensor x) {
        return reshape(x.id(), -1, x.tokens(), x.width());
    }

    private Tensor flat(String id, int tokens, int width) {
        return new Tensor(reshape(id, -1, width), tokens, width);
    }

    private String reshape(String x, long... shape) {
        return node("Reshape", List.of(x, longs(shape)));
    }

    private String parameter(Parameter parameter) {
        return parameters.computeIfAbsent(
                parameter.name(),
                name -> parameter instanceof Parameter.Constant constant
                        ? initializer(constant.shape(), constant.values())
                        : weight((Parameter.Weight) parameter));
    }

    /** Declares a checkpoint tensor; half-precision storage is cast, which the runtime folds when it loads. */
    private String weight(Parameter.Weight weight) {
        Optional<TensorInfo> found = weights.find(weight.name());
        if (found.isEmpty()) {
            faults.add(weight.name() + " is missing");
            return weight.name();
        }
        TensorInfo tensor = found.get();
        List<Long> expected = weight.shape().stream().map(Integer::longValue).toList();
        if (!tensor.shape().equals(expected)) {
            faults.add(weight.name() + " has shape " + tensor.shape() + ", " + expected + " expected");
            return weight.name();
        }
        if (!tensor.dtype().isWeight()) {
            faults.add(weight.name() + " holds " + tensor.dtype() + ", F32, F16 or BF16 expected");
            return weight.name();
        }
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(weight.name())
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", tensor.file().getFileName().toString()))
                .addExternalData(entry("offset", Long.toString(tensor.offset())))
                .addExternalData(entry("length", Long.toString(tensor.length())))
                .setDataType(
                        switch (tensor.dtype()) {
                            case F16 -> TensorProto.DataType.FLOAT16_VALUE;
                            case BF16 -> TensorProto.DataType.BFLOAT16_VALUE;
                            default -> TensorProto.DataType.FLOAT_VALUE;
                        });
        weight.view().forEach(proto::addDims);
        graph.addInitializer(proto);
        external.put(weight.name(), tensor);
        views.put(weight.name(), weight.view());
        return tensor.dtype() == DType.F32
                ? weight.name()
                : node("Cast", List.of(weight.name()), attribute("to", TensorProto.DataType.FLOAT_VALUE));
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private String floats(float... values) {
        return constants.computeIfAbsent(
                "floats" + Arrays.toString(values),
                key -> initializer(values.length == 1 ? List.of() : List.of(values.length), values));
    }

    private String initializer(List<Integer> shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        String id = nextId("constant");
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(id)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .setRawData(ByteString.copyFrom(bytes.array()));
        shape.forEach(proto::addDims);
        graph.addInitializer(proto);
        return id;
    }

    private String longs(long... values) {
        return constants.computeIfAbsent("longs" + Arrays.toString(values), key -> {
            String id = nextId("constant");
            TensorProto.Builder proto = TensorProto.newBuilder()
                    .setName(id)
                    .setDataType(TensorProto.DataType.INT64_VALUE)
                    .addDims(values.length);
            for (long value : values) {
                proto.addInt64Data(value);
            }
            graph.addInitializer(proto);
            return id;
        });
    }

    private String microsoft(String op, List<String> inputs, AttributeProto... attributes) {
        return node(NodeProto.newBuilder().setOpType(op).setDomain(MICROSOFT), inputs, attributes);
    }

    private String node(String op, List<String> inputs, AttributeProto... attributes) {
        return node(NodeProto.newBuilder().setOpType(op), inputs, attributes);
    }

    private String node(NodeProto.Builder node, List<String> inputs, AttributeProto... attributes) {
        String id = nextId(node.getOpType());
        node.setName(id).addAllInput(inputs).addOutput(id);
        for (AttributeProto attribute : attributes) {
            node.addAttribute(attribute);
        }
        graph.addNode(node);
        return id;
    }

    private String nextId(String kind) {
        return kind + "_" + ids++;
    }

    private static AttributeProto attribute(String name, int... values) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (values.length == 1) {
            return attribute
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(values[0])
                    .build();
        }
        attribute.setType(AttributeProto.AttributeType.INTS);
        for (int value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    /** A graph edge's name and type; a String dimension is symbolic, an Integer fixed. */
    private static ValueInfoProto value(String name, TensorProto.DataType type, Object... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dimension : dimensions) {
            shape.addDim(
                    dimension instanceof String symbol
                            ? TensorShapeProto.Dimension.newBuilder().setDimParam(symbol)
                            : TensorShapeProto.Dimension.newBuilder().setDimValue((Integer) dimension));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    private static float[] unbox(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
