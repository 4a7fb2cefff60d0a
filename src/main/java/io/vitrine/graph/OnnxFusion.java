package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites a graph's nodes for GPUs, where each pass over a batch's activations costs memory bandwidth: a linear layer's bias is
 * added by the operation that follows, BiasGelu or SkipLayerNormalization of ONNX Runtime, not by a pass of its own
 * before the product, which is what Gemm does there; and a residual sum is made by the layer norm that reads it.
 */
final class OnnxFusion {
    private static final String MICROSOFT = "com.microsoft";

    private final List<NodeProto> nodes;
    private final Map<String, Integer> makers = new HashMap<>(); // value -> its node's place
    private final Map<String, List<Integer>> readers = new HashMap<>();

    private OnnxFusion(List<NodeProto> nodes) {
        this.nodes = new ArrayList<>(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            int place = i;
            nodes.get(i).getOutputList().forEach(value -> makers.put(value, place));
            nodes.get(i).getInputList().forEach(value -> readers.computeIfAbsent(value, key -> new ArrayList<>())
                    .add(place));
        }
    }

    /** The nodes that compute the same. */
    static List<NodeProto> fuse(List<NodeProto> nodes) {
        OnnxFusion fusion = new OnnxFusion(withWeightsFirst(nodes));
        for (int i = 0; i < fusion.nodes.size(); i++) {
            fusion.gelu(i);
            fusion.residual(i);
        }
        return fusion.nodes.stream().filter(node -> node != null).toList();
    }

    /** Casts of what no node computes before all else, so that a node that moves up finds its own. */
    private static List<NodeProto> withWeightsFirst(List<NodeProto> nodes) {
        Set<String> computed = new HashSet<>();
        nodes.forEach(node -> computed.addAll(node.getOutputList()));
        List<NodeProto> first = new ArrayList<>();
        List<NodeProto> rest = new ArrayList<>();
        for (NodeProto node : nodes) {
            boolean weight = node.getOpType().equals("Cast") && !computed.contains(node.getInput(0)); // or the input
            (weight ? first : rest).add(node);
        }
        first.addAll(rest);
        return first;
    }

    /** Gemm with a bias, then Gelu. */
    private void gelu(int place) {
        NodeProto node = nodes.get(place);
        if (node == null || !node.getOpType().equals("Gelu") || !isLinear(node.getInput(0))) {
            return;
        }
        String bias = withoutBias(node.getInput(0));
        nodes.set(place, node.toBuilder().setOpType("BiasGelu").addInput(bias).build());
    }

    /** Gemm with a bias, then Add, then LayerNormalization over the last axis. */
    private void residual(int place) {
        NodeProto add = nodes.get(place);
        if (add == null || !add.getOpType().equals("Add")) {
            return;
        }
        List<Integer> norms = readers.getOrDefault(add.getOutput(0), List.of()).stream()
                .filter(reader -> nodes.get(reader) != null
                        && nodes.get(reader).getOpType().equals("LayerNormalization"))
                .toList();
        int linear = isLinear(add.getInput(1)) ? 1 : isLinear(add.getInput(0)) ? 0 : -1;
        if (norms.size() != 1 || linear < 0) {
            return;
        }
        NodeProto norm = nodes.get(norms.get(0));
        String product = add.getInput(linear);
        String bias = withoutBias(product);
        nodes.set(
                place,
                NodeProto.newBuilder()
                        .setOpType("SkipLayerNormalization")
                        .setDomain(MICROSOFT)
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

    /** Whether {@code value} is a linear layer with a bias that one node reads. */
    private boolean isLinear(String value) {
        Integer maker = makers.get(value);
        return maker != null
                && nodes.get(maker) != null
                && nodes.get(maker).getOpType().equals("Gemm")
                && nodes.get(maker).getInputCount() == 3
                && readers.get(value).size() == 1;
    }

    /** Takes the bias from a linear layer, and answers it. */
    private String withoutBias(String linear) {
        int place = makers.get(linear);
        NodeProto gemm = nodes.get(place);
        nodes.set(
                place,
                gemm.toBuilder()
                        .clearInput()
                        .addInput(gemm.getInput(0))
                        .addInput(gemm.getInput(1))
                        .build());
        return gemm.getInput(2);
    }
}
