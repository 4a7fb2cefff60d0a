package io.vitrine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Cuts the two linear layers of an MLP into pieces whose weights fit a core's second-level cache. Weights that exceed it arrive
 * more slowly than AMX multiplies. {@code W2 gelu(W1 x + b1) + b2} becomes the sum over j of {@code W2[:, j] gelu(W1[j] x
 * + b1[j])}, plus {@code b2}.
 */
final class TorchSplitting {
    /** Limit of a piece's weights: 1.25 MiB, so that a cache of 2 MiB also holds activations. */
    private static final int MAX_PIECE_BYTES = 5 << 18;

    private static final int ALIGNMENT = 64;
    private static final int MIN_WIDTH = 256; // each piece adds a rounding of the sum
    private static final Set<String> ELEMENTWISE = Set.of("torch.gelu", "torch.relu");

    private final Map<String, List<Integer>> shapes;
    private final int elementBytes;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<TorchCall> calls = new ArrayList<>();

    /**
     * A slice of a weight or bias.
     *
     * @param attribute the name of the slice
     * @param source the name of the whole attribute
     * @param dimension the dimension that is cut, from {@code from} (inclusive) to {@code to} (exclusive)
     */
    record Piece(String attribute, String source, int dimension, int from, int to) {}

    /**
     * @param plain the module's lines
     * @param results values that the module returns
     * @param shapes the attributes' shapes, by name
     * @param elementBytes bytes per weight
     */
    TorchSplitting(List<TorchCall> plain, Set<String> results, Map<String, List<Integer>> shapes, int elementBytes) {
        this.shapes = shapes;
        this.elementBytes = elementBytes;
        Map<String, Integer> uses = TorchPacking.uses(plain, results);
        Map<String, TorchCall> producers = new HashMap<>();
        for (TorchCall call : plain) {
            producers.put(call.value(), call);
            Optional<TorchCall> activation =
                    producerOfInput(call, producers, uses).filter(c -> ELEMENTWISE.contains(c.operation()));
            Optional<TorchCall> first = activation
                    .flatMap(
                            c -> Optional.ofNullable(producers.get(c.arguments().get(0))))
                    .filter(c -> c.is("linear") && uses.getOrDefault(c.value(), 0) == 1);
            OptionalInt width = first.map(this::pieceWidth).orElse(OptionalInt.empty());
            if (width.isEmpty()) {
                calls.add(call);
            } else {
                calls.removeAll(List.of(first.get(), activation.get()));
                split(first.get(), activation.get(), call, width.getAsInt());
            }
        }
    }

    List<TorchCall> calls() {
        return calls;
    }

    List<Piece> pieces() {
        return pieces;
    }

    /** The operation that computes the input of the linear layer {@code call}, if nothing else reads it. */
    private static Optional<TorchCall> producerOfInput(
            TorchCall call, Map<String, TorchCall> producers, Map<String, Integer> uses) {
        return Optional.of(call)
                .filter(c -> c.is("linear"))
                .map(c -> producers.get(c.arguments().get(0)))
                .filter(producer -> uses.getOrDefault(producer.value(), 0) == 1);
    }

    /** The width of a piece; empty if the layer stays whole. */
    private OptionalInt pieceWidth(TorchCall linear) {
        List<Integer> shape = shapes.get(attribute(linear.arguments().get(1)));
        int whole = shape.get(0);
        int maxWidth = MAX_PIECE_BYTES / elementBytes / shape.get(1);
        if (whole <= maxWidth) {
            return OptionalInt.empty();
        }
        for (int width = maxWidth / ALIGNMENT * ALIGNMENT; width >= MIN_WIDTH; width -= ALIGNMENT) {
            if (whole % width == 0) {
                return OptionalInt.of(width);
            }
        }
        return OptionalInt.empty();
    }

    private void split(TorchCall first, TorchCall activation, TorchCall second, int width) {
        int whole = shapes.get(attribute(first.arguments().get(1))).get(0);
        int count = whole / width;
        String sum = null;
        for (int j = 0; j < count; j++) {
            String suffix = "_" + j;
            int from = j * width;
            String wide = first.value() + suffix;
            calls.add(new TorchCall(
                    wide,
                    first.operation(),
                    List.of(
                            first.arguments().get(0),
                            piece(first.arguments().get(1), suffix, 0, from, from + width),
                            piece(first.arguments().get(2), suffix, 0, from, from + width))));
            List<String> arguments = new ArrayList<>(activation.arguments());
            arguments.set(0, wide);
            String active = activation.value() + suffix;
            calls.add(new TorchCall(active, activation.operation(), arguments));
            String product = second.value() + suffix;
            String bias = j == 0 ? second.arguments().get(2) : "None";
            calls.add(new TorchCall(
                    product,
                    second.operation(),
                    List.of(active, piece(second.arguments().get(1), suffix, 1, from, from + width), bias)));
            if (j > 0) {
                String next = j == count - 1 ? second.value() : second.value() + "_sum" + suffix;
                calls.add(new TorchCall(next, "torch.add", List.of(sum, product)));
                sum = next;
            } else {
                sum = product;
            }
        }
    }

    private String piece(String whole, String suffix, int dimension, int from, int to) {
        if (whole.equals("None")) {
            return whole;
        }
        pieces.add(new Piece(attribute(whole) + suffix, attribute(whole), dimension, from, to));
        return whole + suffix;
    }

    private static String attribute(String argument) {
        return argument.substring("self.".length());
    }
}
