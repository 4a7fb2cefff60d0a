package io.vitrine.convert;

import io.vitrine.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The PyTorch tensor that a Flax array becomes: its name, its shape, and the Flax axis behind each of its axes.
 *
 * <p>Flax calls a layer's weight {@code kernel}, and a norm's {@code scale}. A linear kernel is (in, out); with separate heads it is
 * (in, heads, size) or (heads, size, out). A convolution's is (height, width, in, out).
 */
record FlaxLayout(String name, List<Long> shape, List<Integer> permutation) {

    static FlaxLayout of(FlaxArray array, Path file) {
        List<String> path = array.path();
        String last = path.get(path.size() - 1);
        String layer = String.join(".", path.subList(0, path.size() - 1));
        List<Long> s = array.shape();
        if (last.equals("kernel")) {
            String name = layer + ".weight";
            return switch (s.size()) {
                case 2 -> new FlaxLayout(name, List.of(s.get(1), s.get(0)), List.of(1, 0));
                case 3 ->
                    layer.endsWith("query") || layer.endsWith("key") || layer.endsWith("value")
                            ? new FlaxLayout(name, List.of(s.get(1) * s.get(2), s.get(0)), List.of(1, 2, 0))
                            : new FlaxLayout(name, List.of(s.get(2), s.get(0) * s.get(1)), List.of(2, 0, 1));
                case 4 -> new FlaxLayout(name, List.of(s.get(3), s.get(2), s.get(0), s.get(1)), List.of(3, 2, 0, 1));
                default ->
                    throw new ModelException("The kernel " + String.join("/", path) + " of " + file + " has the shape "
                            + s + "; only 2 to 4 dimensions are supported. Use the safetensors instead.");
            };
        }
        List<Integer> unchanged = IntStream.range(0, s.size()).boxed().toList();
        if (last.equals("scale")) {
            return new FlaxLayout(layer + ".weight", s, unchanged);
        }
        boolean headBias = last.equals("bias") && s.size() == 2;
        return new FlaxLayout(String.join(".", path), headBias ? List.of(s.get(0) * s.get(1)) : s, unchanged);
    }
}
