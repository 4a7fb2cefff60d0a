package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites a graph's nodes for GPUs, where each pass over a batch's activations costs memory bandwidth. On a GPU, Gemm copies
 * its bias in a pass before the product. Here the operation that follows adds it: BiasGelu or SkipLayerNormalization of ONNX Runtime. A
 * residual sum is computed by the layer norm that reads it.
 */
final class OnnxFusion {
    private final List<NodeProto> nodes;
    private final Map<String, Integer> producers = new HashMap<>(); // value -> index of its node
    private final Map<String, List<Integer>> consumers = new HashMap<>(); // value -> indices of the nodes that read it

    private OnnxFusion(List<NodeProto> nodes) {
        this.nodes = new ArrayList<>(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            int index = i;
            nodes.get(i).getOutputList().forEach(value -> producers.put(value, index));
            nodes.get(i).getInputList().forEach(value -> consumers
                    .computeIfAbsent(value, key -> new ArrayList<>())
                    .add(index));
        }
    }

    /** Equivalent nodes, fused. */
    static List<NodeProto> fuse(List<NodeProto> nodes) {
        OnnxFusion fusion = new OnnxFusion(withWeightCastsFirst(nodes));
        for (int i = 0; i < fusion.nodes.size(); i++) {
            fusion.fuseGelu(i);
            fusion.fuseResidual(i);
        }
        return fusion.nodes.stream().filter(node -> node != null).toList();
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
        NodeProto node = nodes.get(index);
        if (node == null || !node.getOpType().equals("Gelu") || !isLinear(node.getInput(0))) {
            return;
        }
        String bias = takeBias(node.getInput(0));
        nodes.set(index, node.toBuilder().setOpType("BiasGelu").addInput(bias).build());
    }

    /** Gemm with bias, Add, LayerNormalization: becomes Gemm, SkipLayerNormalization. */
    private void fuseResidual(int index) {
        NodeProto add = nodes.get(index);
        if (add == null || !add.getOpType().equals("Add")) {
            return;
        }
        List<Integer> norms = consumers.getOrDefault(add.getOutput(0), List.of()).stream()
                .filter(consumer -> nodes.get(consumer) != null
                        && nodes.get(consumer).getOpType().equals("LayerNormalization"))
                .toList();
        int linear = isLinear(add.getInput(1)) ? 1 : isLinear(add.getInput(0)) ? 0 : -1;
        if (norms.size() != 1 || linear < 0) {
            return;
        }
        NodeProto norm = nodes.get(norms.get(0));
        String product = add.getInput(linear);
        String bias = takeBias(product);
        nodes.set(
                index,
                NodeProto.newBuilder()
                        .setOpType("SkipLayerNormalization")
                        .setDomain(OnnxWriter.MICROSOFT)
                        .setName(norm.getName())
                        .addAllInput(
                                List.of(product, add.getInput(1 - linear), norm.getInput(1), norm.getInput(2), bias))
                        .addAllOutput(List.of(norm.getOutput(0), "", "", add.getOutput(0)))
                        .addAttribute(norm.getAttributeList().stream()
                                .filter(attribute -> attribute.getName().equals("epsilon"))
                                .findFirst()
                                .orElseThrow())
                        .build());
        nodes.set(norms.get(0), null);
    }

    /** Whether {@code value} is a linear layer with a bias, read by a single node. */
    private boolean isLinear(String value) {
        Integer producer = producers.get(value);
        return producer != null
                && nodes.get(producer) != null
                && nodes.get(producer).getOpType().equals("Gemm")
                && nodes.get(producer).getInputCount() == 3
                && consumers.get(value).size() == 1;
    }

    /** Removes the bias from a linear layer and returns it. */
    private String takeBias(String linear) {
        int index = producers.get(linear);
        NodeProto gemm = nodes.get(index);
        nodes.set(
                index,
                gemm.toBuilder()
                        .clearInput()
                        .addInput(gemm.getInput(0))
                        .addInput(gemm.getInput(1))
                        .build());
        return gemm.getInput(2);
    }
}
