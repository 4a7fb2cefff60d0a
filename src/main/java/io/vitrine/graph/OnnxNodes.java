package io.vitrine.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/** The nodes of a graph while they are rewritten in place: who computes a value, and who reads it. Indices never change. */
final class OnnxNodes {
    private final List<NodeProto> nodes; // null: removed
    private final Map<String, Integer> producers = new HashMap<>();
    private final Map<String, List<Integer>> readers = new HashMap<>(); // as printed

    OnnxNodes(List<NodeProto> nodes) {
        this.nodes = new ArrayList<>(nodes);
        for (int i = 0; i < nodes.size(); i++) {
            int index = i;
            nodes.get(i).getOutputList().forEach(value -> producers.put(value, index));
            nodes.get(i).getInputList().forEach(value -> readers.computeIfAbsent(value, key -> new ArrayList<>())
                    .add(index));
        }
    }

    int count() {
        return nodes.size();
    }

    NodeProto get(int index) {
        return nodes.get(index);
    }

    /** Whether this node is there and has this type. */
    boolean is(int index, String type) {
        return nodes.get(index) != null && nodes.get(index).getOpType().equals(type);
    }

    void set(int index, NodeProto node) {
        nodes.set(index, node);
    }

    void remove(int index) {
        nodes.set(index, null);
    }

    /** Removes the last input of a node, number {@code input}, and returns it. */
    String takeInput(int index, int input) {
        NodeProto node = nodes.get(index);
        nodes.set(
                index,
                node.toBuilder()
                        .clearInput()
                        .addAllInput(node.getInputList().subList(0, input))
                        .build());
        return node.getInput(input);
    }

    /** The nodes that were printed as readers of {@code value}. */
    List<Integer> readers(String value) {
        return readers.getOrDefault(value, List.of());
    }

    /** The node that computes {@code value}; empty for weights and the input. */
    OptionalInt producer(String value) {
        Integer producer = producers.get(value);
        return producer == null ? OptionalInt.empty() : OptionalInt.of(producer);
    }

    /** The node of this type that computes {@code value}, if a single node reads that. */
    OptionalInt onlyReadProducer(String value, String type) {
        OptionalInt producer = producer(value);
        return producer.isPresent()
                        && is(producer.getAsInt(), type)
                        && readers(value).size() == 1
                ? producer
                : OptionalInt.empty();
    }

    /** The node of this type that alone reads {@code value}. */
    OptionalInt onlyReader(String value, String type) {
        List<Integer> all = readers(value);
        return all.size() == 1 && is(all.get(0), type) ? OptionalInt.of(all.get(0)) : OptionalInt.empty();
    }

    /** The nodes that were not removed, in order. */
    List<NodeProto> remaining() {
        return nodes.stream().filter(Objects::nonNull).toList();
    }
}
