package io.vitrine.graph;

import java.util.List;

/** What a graph reads besides its input. */
public sealed interface Parameter {
    String name();

    List<Integer> shape();

    /**
     * A tensor of the checkpoint, read under another shape of as many elements where {@code view} differs from {@code
     * shape}.
     *
     * @param shape the shape the checkpoint must hold it in
     * @param view the shape the graph reads it in
     */
    record Weight(String name, List<Integer> shape, List<Integer> view) implements Parameter {
        public static Weight of(String name, Integer... shape) {
            return new Weight(name, List.of(shape), List.of(shape));
        }

        public Weight as(Integer... other) {
            return new Weight(name, shape, List.of(other));
        }
    }

    /** Numbers computed when the graph is printed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Constant(String name, List<Integer> shape, float[] values) implements Parameter {}
}
