package io.vitrine.graph;

import java.util.ArrayList;
import java.util.List;

/** A constant input of a graph: a weight of the checkpoint, or computed values. */
public sealed interface Parameter {
    /** A tensor of the checkpoint that the graph reads in its stored shape. */
    static Weight weight(String name, Integer... shape) {
        return new Weight(name, List.of(shape), List.of(shape), 0, shape[0]);
    }

    String name();

    /** As the graph reads it. */
    List<Integer> shape();

    /**
     * A tensor of the checkpoint, or some of its rows.
     *
     * @param tensor its name in the checkpoint
     * @param stored the shape that the checkpoint must store
     * @param shape the shape that the graph reads
     * @param firstRow the first row, along the first axis of {@code stored}, that the graph reads
     * @param rows the number of rows that it reads
     */
    record Weight(String tensor, List<Integer> stored, List<Integer> shape, int firstRow, int rows)
            implements Parameter {
        @Override
        public String name() {
            return isWhole() ? tensor : tensor + "[" + firstRow + ":" + (firstRow + rows) + "]";
        }

        /** The same elements in another shape. */
        public Weight viewedAs(Integer... other) {
            return new Weight(tensor, stored, List.of(other), firstRow, rows);
        }

        /** Rows {@code from} (inclusive) to {@code to} (exclusive) of a whole tensor, in their stored shape. */
        public Weight rows(int from, int to) {
            List<Integer> sliced = new ArrayList<>(stored);
            sliced.set(0, to - from);
            return new Weight(tensor, stored, List.copyOf(sliced), from, to - from);
        }

        boolean isWhole() {
            return rows == stored.get(0);
        }
    }

    /** Values computed when the graph is printed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Constant(String name, List<Integer> shape, float[] values) implements Parameter {}
}
