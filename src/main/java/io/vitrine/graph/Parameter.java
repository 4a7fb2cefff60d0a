package io.vitrine.graph;

import java.util.List;

/** A constant input of a graph: a weight of the checkpoint, or computed values. */
public sealed interface Parameter {
    /** A tensor of the checkpoint that the graph reads in its stored shape. */
    static Weight weight(String name, Integer... shape) {
        return new Weight(name, List.of(shape), List.of(shape));
    }

    String name();

    List<Integer> shape();

    /**
     * A tensor of the checkpoint.
     *
     * @param shape the shape that the checkpoint must store
     * @param view the shape that the graph reads; the same number of elements
     */
    record Weight(String name, List<Integer> shape, List<Integer> view) implements Parameter {
        public Weight viewedAs(Integer... other) {
            return new Weight(name, shape, List.of(other));
        }
    }

    /** Values computed when the graph is printed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Constant(String name, List<Integer> shape, float[] values) implements Parameter {}
}
