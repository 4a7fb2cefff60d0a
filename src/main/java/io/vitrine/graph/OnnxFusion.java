package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Rewrites a graph's nodes for GPUs, where each pass over a batch's activations costs memory bandwidth. On a GPU, Gemm copies
 * its bias in a pass before the product. Here the operation that follows adds it: BiasGelu or SkipLayerNormalization of ONNX Runtime.
 * {@link AttentionBiases} does away with two of attention's. A residual sum is computed by the layer norm that reads it.
 */
final class OnnxFusion {
    static final int BIAS = 2; // among a Gemm's inputs

    private final OnnxNodes nodes;

    private OnnxFusion(OnnxNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * Equivalent nodes, fused.
     *
     * @param floatType the type of the graph's numbers
     */
    static List<NodeProto> fuse(List<NodeProto> nodes, TensorProto.DataType floatType) {
        OnnxNodes all = new OnnxNodes(withWeightCastsFirst(nodes));
        AttentionBiases attention = new AttentionBiases(all, floatType);
        for (int i = 0; i < all.count(); i++) {
            attention.move(i);
        }
        OnnxFusion fusion = new OnnxFusion(all);
        for (int i = 0; i < all.count(); i++) {
            fusion.fuseGelu(i);
            fusion.fuseResidual(i);
        }
        List<NodeProto> fused = new ArrayList<>(attention.foldedAtLoad());
        fused.addAll(all.remaining());
        return fused;
    }

    /** Puts casts of weights first, so that a node that moves up still follows the casts it reads. */
    private static List<NodeProto> withWeightCastsFirst(List<NodeProto> nodes) {
        Set<String> computed = new HashSet<>();
        nodes.forEach(node -> computed.addAll(node.getOutputList()));
        List<NodeProto> first = new ArrayList<>();
        List<NodeProto> rest = new ArrayList<>();
        for (NodeProto node : nodes) {
            boolean castsWeightOrInput = node.getOpType().equals("Cast") && !computed.contains(node.getInput(0));
            (castsWeightOrInput ? first : rest).add(node);
        }
        first.addAll(rest);
        return first;
    }

    /** Gemm with bias, Gelu: becomes Gemm, BiasGelu. */
    private void fuseGelu(int index) {
        if (!nodes.is(index, "Gelu")) {
            return;
        }
        NodeProto node = nodes.get(index);
        OptionalInt linear = biasedLinear(node.getInput(0));
        if (linear.isPresent()) {
            String bias = nodes.takeInput(linear.getAsInt(), BIAS);
            nodes.set(
                    index, node.toBuilder().setOpType("BiasGelu").addInput(bias).build());
        }
    }

    /** Gemm with bias, Add, LayerNormalization: becomes Gemm, SkipLayerNormalization. */
    private void fuseResidual(int index) {
        if (!nodes.is(index, "Add")) {
            return;
        }
        NodeProto add = nodes.get(index);
        List<Integer> norms = nodes.readers(add.getOutput(0)).stream()
                .filter(reader -> nodes.is(reader, "LayerNormalization"))
                .toList();
        int side = biasedLinear(add.getInput(1)).isPresent() ? 1 : 0;
        OptionalInt linear = biasedLinear(add.getInput(side));
        if (norms.size() != 1 || linear.isEmpty()) {
            return;
        }
        NodeProto norm = nodes.get(norms.get(0));
        String bias = nodes.takeInput(linear.getAsInt(), BIAS);
        nodes.set(
                index,
                NodeProto.newBuilder()
                        .setOpType("SkipLayerNormalization")
                        .setDomain(OnnxWriter.MICROSOFT)
                        .setName(norm.getName())
                        .addAllInput(List.of(
                                add.getInput(side), add.getInput(1 - side), norm.getInput(1), norm.getInput(2), bias))
                        .addAllOutput(List.of(norm.getOutput(0), "", "", add.getOutput(0)))
                        .addAttribute(norm.getAttributeList().stream()
                                .filter(attribute -> attribute.getName().equals("epsilon"))
                                .findFirst()
                                .orElseThrow())
                        .build());
        nodes.remove(norms.get(0));
    }

    /** The linear layer with a bias that computes {@code value}, if a single node reads it. */
    private OptionalInt biasedLinear(String value) {
        OptionalInt producer = nodes.onlyReadProducer(value, "Gemm");
        return producer.isPresent() && nodes.get(producer.getAsInt()).getInputCount() > BIAS
                ? producer
                : OptionalInt.empty();
    }
}
