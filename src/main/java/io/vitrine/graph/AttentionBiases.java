package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Does away with the biases of attention's keys and values, each a pass over the activations.
 *
 * <p>A key bias adds the same number to all scores of a query, q . b, which the softmax cancels. So it is left out. Attention weights
 * sum to 1, so a value bias b reaches the output projection unchanged: W (a + b) + c = W a + (W b + c). The sum in brackets is a
 * weight, which ONNX Runtime computes when the model is loaded, in 32-bit floats. Neither holds where something lies between, such
 * as a rotation of the keys or a norm of the attended values; then the biases stay.
 */
final class AttentionBiases {
    private static final int KEY = 1; // among the inputs of MultiHeadAttention
    private static final int VALUE = 2;

    private final OnnxNodes nodes;
    private final TensorProto.DataType floatType;
    private final List<NodeProto> folded = new ArrayList<>();

    /** @param floatType the type of the graph's numbers */
    AttentionBiases(OnnxNodes nodes, TensorProto.DataType floatType) {
        this.nodes = nodes;
        this.floatType = floatType;
    }

    /** Nodes on weights alone, to be put before all others. */
    List<NodeProto> foldedAtLoad() {
        return folded;
    }

    /** Moves the biases of a node, if it is an attention that has some. */
    void move(int index) {
        if (!nodes.is(index, "MultiHeadAttention")) {
            return;
        }
        NodeProto attention = nodes.get(index);
        OptionalInt key = biasedProjection(attention.getInput(KEY));
        key.ifPresent(gemm -> nodes.takeInput(gemm, OnnxFusion.BIAS));
        OptionalInt value = biasedProjection(attention.getInput(VALUE));
        OptionalInt output = outputProjection(attention.getOutput(0));
        if (value.isPresent() && output.isPresent() && areWeights(value.getAsInt(), output.getAsInt())) {
            joinBiases(value.getAsInt(), output.getAsInt());
        }
    }

    /** Gemm with bias, Reshape, of which nothing else reads a part. */
    private OptionalInt biasedProjection(String batched) {
        OptionalInt reshape = nodes.onlyReadProducer(batched, "Reshape");
        if (reshape.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt gemm = nodes.onlyReadProducer(nodes.get(reshape.getAsInt()).getInput(0), "Gemm");
        return gemm.isPresent() && nodes.get(gemm.getAsInt()).getInputCount() > OnnxFusion.BIAS
                ? gemm
                : OptionalInt.empty();
    }

    private OptionalInt outputProjection(String attended) {
        OptionalInt reshape = nodes.onlyReader(attended, "Reshape");
        return reshape.isEmpty()
                ? OptionalInt.empty()
                : nodes.onlyReader(nodes.get(reshape.getAsInt()).getOutput(0), "Gemm");
    }

    /** Whether both linear layers are of weights, as they are stored or cast. */
    private boolean areWeights(int value, int output) {
        return Stream.of(nodes.get(value), nodes.get(output))
                .flatMap(gemm -> gemm.getInputList().stream().skip(1))
                .allMatch(this::isWeight);
    }

    private boolean isWeight(String value) {
        OptionalInt producer = nodes.producer(value);
        return producer.isEmpty()
                || (nodes.is(producer.getAsInt(), "Cast")
                        && nodes.producer(nodes.get(producer.getAsInt()).getInput(0))
                                .isEmpty());
    }

    private void joinBiases(int value, int output) {
        NodeProto projection = nodes.get(output);
        String valueBias = nodes.takeInput(value, OnnxFusion.BIAS);
        String joined = fold("MatMul", asFloat32(projection.getInput(1)), asFloat32(valueBias)); // (out, in) (in)
        if (projection.getInputCount() > OnnxFusion.BIAS) {
            joined = fold("Add", joined, asFloat32(nodes.takeInput(output, OnnxFusion.BIAS)));
        }
        String bias = floatType == TensorProto.DataType.FLOAT ? joined : cast(joined, floatType);
        nodes.set(output, nodes.get(output).toBuilder().addInput(bias).build());
    }

    /** The weight itself, not its cast to the graph's type, which comes later and rounds. */
    private String asFloat32(String weight) {
        OptionalInt cast = nodes.producer(weight);
        String stored = cast.isPresent() ? nodes.get(cast.getAsInt()).getInput(0) : weight;
        return cast(stored, TensorProto.DataType.FLOAT);
    }

    private String cast(String value, TensorProto.DataType type) {
        return fold(NodeProto.newBuilder()
                .setOpType("Cast")
                .addInput(value)
                .addAttribute(OnnxWriter.intAttribute("to", type.getNumber())));
    }

    private String fold(String type, String... inputs) {
        return fold(NodeProto.newBuilder().setOpType(type).addAllInput(List.of(inputs)));
    }

    private String fold(NodeProto.Builder node) {
        String id = "folded_" + folded.size();
        folded.add(node.setName(id).addOutput(id).build());
        return id;
    }
}
