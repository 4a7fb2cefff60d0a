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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the protobuf messages of one ONNX model: nodes, constants, external weights, inputs and outputs. */
final class OnnxWriter {
    private static final String MICROSOFT = "com.microsoft";

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("vitrine");
    private final Map<String, String> constants = new LinkedHashMap<>();
    private TensorProto.DataType floats = TensorProto.DataType.FLOAT;
    private int ids;

    /** The serialised model: IR version 8, opset 17 and ONNX Runtime's operators. */
    byte[] model() {
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

    /** Fuses nodes for GPUs. */
    void fuse() {
        List<NodeProto> fused = OnnxFusion.fuse(graph.getNodeList());
        graph.clearNode().addAllNode(fused);
    }

    /** Declares an input of shape (batch, shape...). */
    void input(String name, TensorProto.DataType type, List<Integer> shape) {
        graph.addInput(value(name, type, shape));
    }

    /** Constants from here on are of half precision. */
    void halves() {
        floats = TensorProto.DataType.FLOAT16;
    }

    /** {@code id} in the type that constants have. */
    String cast(String id) {
        return node("Cast", List.of(id), whole("to", floats.getNumber()));
    }

    /** Lets {@code id} leave the graph as (batch, shape...) of 16-bit or 32-bit floats. */
    void output(String name, String id, List<Integer> shape, boolean half) {
        TensorProto.DataType type = half ? TensorProto.DataType.FLOAT16 : TensorProto.DataType.FLOAT;
        boolean same = floats == type;
        NodeProto.Builder last = NodeProto.newBuilder()
                .setOpType(same ? "Identity" : "Cast")
                .setName(name)
                .addInput(id)
                .addOutput(name);
        if (!same) {
            last.addAttribute(whole("to", type.getNumber()));
        }
        graph.addNode(last);
        graph.addOutput(value(name, type, shape));
    }

    /** Declares an initializer whose bytes lie in the checkpoint. */
    void external(String name, TensorInfo tensor, List<Integer> shape) {
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(name)
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
        shape.forEach(proto::addDims);
        graph.addInitializer(proto);
    }

    /** Declares an initializer of 8-bit integers that is handed over when the model is loaded. */
    void integers(String name, int... shape) {
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

    /** A constant: a scalar for one value, else a vector. */
    String floats(float... values) {
        return constants.computeIfAbsent(
                floats + Arrays.toString(values),
                key -> initializer(values.length == 1 ? List.of() : List.of(values.length), values));
    }

    /** A constant of any shape. */
    String initializer(List<Integer> shape, float[] values) {
        boolean halves = floats == TensorProto.DataType.FLOAT16;
        ByteBuffer bytes = ByteBuffer.allocate((halves ? 2 : 4) * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (halves) {
                bytes.putShort(HalfFloat.fromFloat(value));
            } else {
                bytes.putFloat(value);
            }
        }
        String id = nextId("constant");
        TensorProto.Builder proto = TensorProto.newBuilder()
                .setName(id)
                .setDataType(floats.getNumber())
                .setRawData(ByteString.copyFrom(bytes.array()));
        shape.forEach(proto::addDims);
        graph.addInitializer(proto);
        return id;
    }

    /** An int64 vector, as shapes and axes are. */
    String longs(long... values) {
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

    /** A node of ONNX Runtime's own operators. */
    String microsoft(String op, List<String> inputs, AttributeProto... attributes) {
        return node(NodeProto.newBuilder().setOpType(op).setDomain(MICROSOFT), inputs, attributes);
    }

    /** A node of the standard operators; answers its one output. */
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
        return kind + "_" + ids++;
    }

    static AttributeProto whole(String name, int value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto whole(String name, int... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (int value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    static AttributeProto real(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    /** A graph edge's name and type; the batch is symbolic. */
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
