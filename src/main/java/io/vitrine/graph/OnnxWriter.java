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
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the protobuf messages of one ONNX model: nodes, initializers, inputs and outputs. */
final class OnnxWriter {
    /** The domain of ONNX Runtime's own operators. */
    static final String MICROSOFT = "com.microsoft";

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("vitrine");
    private final Map<String, String> constants = new LinkedHashMap<>();
    private TensorProto.DataType floatType = TensorProto.DataType.FLOAT;
    private int nextId;

    /** The serialized ModelProto: IR version 8, opset 17, and ONNX Runtime's own operators. */
    byte[] modelProto() {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("vitrine")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(MICROSOFT).setVersion(1))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    /** Fuses nodes for GPUs. See {@link OnnxFusion}. */
    void fuse() {
        List<NodeProto> fused = OnnxFusion.fuse(graph.getNodeList(), floatType);
        graph.clearNode().addAllNode(fused);
    }

    /** Removes nodes and initializers whose values nothing reads. Returns the ids that are read. */
    Set<String> removeUnused() {
        Set<String> read = new HashSet<>();
        graph.getOutputList().forEach(output -> read.add(output.getName()));
        Deque<NodeProto> kept = new ArrayDeque<>();
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) { // readers come after what they read
            NodeProto node = graph.getNode(i);
            if (node.getOutputList().stream().anyMatch(read::contains)) {
                read.addAll(node.getInputList());
                kept.addFirst(node);
            }
        }
        graph.clearNode().addAllNode(kept);
        List<TensorProto> initializers = graph.getInitializerList().stream()
                .filter(initializer -> read.contains(initializer.getName()))
                .toList();
        graph.clearInitializer().addAllInitializer(initializers);
        return read;
    }

    /** Declares an input of shape (batch, shape...). */
    void input(String name, TensorProto.DataType type, List<Integer> shape) {
        graph.addInput(value(name, type, shape));
    }

    /** The type of all further float constants: 32-bit floats until now. */
    void useFloatType(TensorProto.DataType type) {
        floatType = type;
    }

    /** Casts {@code id} to the type of float constants. */
    String castToFloatType(String id) {
        return node("Cast", List.of(id), intAttribute("to", floatType.getNumber()));
    }

    /**
     * The mean of (batch, rows, width) over its rows, (batch, 1, width), as a product with a row of 1 / rows.
     *
     * <p>ONNX Runtime's own reductions on GPUs need an axis at an end; those in the middle need cuDNN. The product is of 32-bit
     * floats: in half precision, 1 / rows is rounded, and sums overflow.
     */
    String meanByProduct(String id, int rows) {
        TensorProto.DataType type = floatType;
        boolean half = type != TensorProto.DataType.FLOAT;
        floatType = TensorProto.DataType.FLOAT;
        float[] shares = new float[rows];
        Arrays.fill(shares, 1f / rows);
        String floats = half ? castToFloatType(id) : id;
        String mean = node("MatMul", List.of(floatInitializer(List.of(1, rows), shares), floats));
        floatType = type;
        return half ? castToFloatType(mean) : mean;
    }

    /** Makes {@code id} an output of shape (batch, shape...). */
    void output(String id, ModelSignature.Output output) {
        TensorProto.DataType type =
                switch (output.type()) {
                    case FLOAT16 -> TensorProto.DataType.FLOAT16;
                    case FLOAT32 -> TensorProto.DataType.FLOAT;
                };
        boolean same = floatType == type;
        NodeProto.Builder last = NodeProto.newBuilder()
                .setOpType(same ? "Identity" : "Cast")
                .setName(output.name())
                .addInput(id)
                .addOutput(output.name());
        if (!same) {
            last.addAttribute(intAttribute("to", type.getNumber()));
        }
        graph.addNode(last);
        graph.addOutput(value(output.name(), type, output.shape()));
    }

    /** Declares an initializer whose bytes are in the checkpoint. */
    void checkpointInitializer(String name, TensorInfo tensor, List<Integer> shape) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(name)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", tensor.file().getFileName().toString()))
                .addExternalData(entry("offset", Long.toString(tensor.offset())))
                .addExternalData(entry("length", Long.toString(tensor.length())))
                .setDataType(
                        switch (tensor.dtype()) {
                            case F64 -> TensorProto.DataType.DOUBLE_VALUE;
                            case F16 -> TensorProto.DataType.FLOAT16_VALUE;
                            case BF16 -> TensorProto.DataType.BFLOAT16_VALUE;
                            default -> TensorProto.DataType.FLOAT_VALUE;
                        });
        shape.forEach(proto::addDims);
        graph.addInitializer(proto);
    }

    /** Declares an initializer of 8-bit integers that is supplied when the model is loaded. */
    void int8Initializer(String name, int... shape) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(name)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", "handed over"))
                .setDataType(TensorProto.DataType.INT8_VALUE);
        for (int size : shape) {
            proto.addDims(size);
        }
        graph.addInitializer(proto);
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /** A float constant: a scalar for one value, else a vector. */
    String floatConstant(float... values) {
        return constants.computeIfAbsent(
                floatType + Arrays.toString(values),
                key -> floatInitializer(values.length == 1 ? List.of() : List.of(values.length), values));
    }

    /** A float constant of any shape. */
    String floatInitializer(List<Integer> shape, float[] values) {
        String id = reserveId();
        floatInitializer(id, shape, values);
        return id;
    }

    /** An id for an initializer that is declared later. */
    String reserveId() {
        return nextId("constant");
    }

    /** A float constant of any shape, under an id from {@link #reserveId}. */
    void floatInitializer(String id, List<Integer> shape, float[] values) {
        boolean full = floatType == TensorProto.DataType.FLOAT;
        ByteBuffer bytes = ByteBuffer.allocate((full ? Float.BYTES : Short.BYTES) * values.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (floatType) {
                case FLOAT16 -> bytes.putShort(HalfFloat.fromFloat(value));
                case BFLOAT16 -> bytes.putShort(HalfFloat.toBfloat16(value));
                default -> bytes.putFloat(value);
            }
        }
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(id)
                .setDataType(floatType.getNumber())
                .setRawData(ByteString.copyFrom(bytes.array()));
        shape.forEach(proto::addDims);
        graph.addInitializer(proto);
    }

    /** An int64 vector, the type of shapes and axes. */
    String int64Constant(long... values) {
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

    /** An unsigned byte, scalar. */
    String uint8Constant(int value) {
        return constants.computeIfAbsent("uint8 " + value, key -> {
            String id = nextId("constant");
            graph.addInitializer(TensorProto.newBuilder()
                    .setName(id)
                    .setDataType(TensorProto.DataType.UINT8_VALUE)
                    .setRawData(ByteString.copyFrom(new byte[] {(byte) value})));
            return id;
        });
    }

    /** A node of one of ONNX Runtime's own operators. Returns its output. */
    String microsoftNode(String op, List<String> inputs, AttributeProto... attributes) {
        return node(NodeProto.newBuilder().setOpType(op).setDomain(MICROSOFT), inputs, attributes);
    }

    /** A node of a standard operator. Returns its output. */
    String node(String op, List<String> inputs, AttributeProto... attributes) {
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
        return kind + "_" + nextId++;
    }

    static AttributeProto intAttribute(String name, int value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto intsAttribute(String name, int... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (int value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    static AttributeProto floatAttribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    /** Name and type of an input or output; the batch is a symbolic dimension. */
    private static ValueInfoProto value(String name, TensorProto.DataType type, List<Integer> shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        shape.forEach(size ->
                dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(dimensions)))
                .build();
    }
}
