package io.vitrine.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites a module for CPUs. Every linear layer becomes oneDNN's operation on a weight in its blocked layout; weights are
 * repacked when the module is loaded. The activation or addition that follows is fused, so that it runs while the result is in
 * cache. Results equal those of the plain operations up to the order of summation.
 */
final class TorchPacking {
    private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";
    private static final Map<String, String> ACTIVATIONS = Map.of("torch.gelu", "gelu", "torch.relu", "relu");
    private static final Pattern VALUE = Pattern.compile("\\bx\\d+\\w*\\b");

    private final List<TorchCall> calls = new ArrayList<>();
    private final Set<String> packedWeights = new LinkedHashSet<>();

    /**
     * @param plain the module's lines
     * @param results values that the module returns
     */
    TorchPacking(List<TorchCall> plain, Set<String> results) {
        Map<String, Integer> uses = uses(plain, results);
        Map<String, TorchCall> pending = new HashMap<>(); // linear layers that their only reader may absorb
        for (TorchCall call : plain) {
            Optional<TorchCall> fused = fuse(call, pending);
            emitUnfused(call, pending);
            if (!call.is("linear")) {
                calls.add(fused.orElse(call));
                continue;
            }
            packedWeights.add(call.arguments().get(1));
            if (uses.getOrDefault(call.value(), 0) == 1) {
                pending.put(call.value(), call);
            } else {
                calls.add(unfused(call));
            }
        }
    }

    List<TorchCall> calls() {
        return calls;
    }

    /** The attributes to repack, as {@code self.wN}. */
    Set<String> packedWeights() {
        return packedWeights;
    }

    /** How often each value is read. Results of the module count twice, so that they are never absorbed. */
    static Map<String, Integer> uses(List<TorchCall> plain, Set<String> results) {
        Map<String, Integer> uses = new HashMap<>();
        for (TorchCall call : plain) {
            Matcher values = VALUE.matcher(String.join(", ", call.arguments()));
            while (values.find()) {
                uses.merge(values.group(), 1, Integer::sum);
            }
        }
        results.forEach(value -> uses.merge(value, 2, Integer::sum));
        return uses;
    }

    /** {@code call} fused with the pending linear layer that it reads, if that is possible. Removes the layer from {@code pending}. */
    private static Optional<TorchCall> fuse(TorchCall call, Map<String, TorchCall> pending) {
        if (ACTIVATIONS.containsKey(call.operation())
                && pending.containsKey(call.arguments().get(0))) {
            TorchCall linear = pending.remove(call.arguments().get(0));
            boolean tanh = call.arguments().contains("approximate=\"tanh\"");
            String algorithm = call.is("gelu") ? (tanh ? "tanh" : "none") : "";
            return Optional.of(pointwise(call.value(), linear, ACTIVATIONS.get(call.operation()), algorithm));
        }
        if (call.is("add") && call.arguments().size() == 2) {
            for (int i = 0; i < 2; i++) {
                String other = call.arguments().get(1 - i);
                if (pending.containsKey(call.arguments().get(i))
                        && VALUE.matcher(other).matches()) {
                    TorchCall linear = pending.remove(call.arguments().get(i));
                    List<String> old = linear.arguments();
                    return Optional.of(new TorchCall(
                            call.value(),
                            "ops.mkldnn._linear_pointwise",
                            List.of(old.get(0), other, old.get(1), old.get(2), "\"add\"")));
                }
            }
        }
        return Optional.empty();
    }

    /** Emits the pending layers that {@code call} reads, unfused. */
    private void emitUnfused(TorchCall call, Map<String, TorchCall> pending) {
        List<String> read = pending.keySet().stream()
                .filter(value -> call.countReads(value) > 0)
                .toList();
        read.forEach(value -> calls.add(unfused(pending.remove(value))));
    }

    private static TorchCall unfused(TorchCall linear) {
        return pointwise(linear.value(), linear, "none", "");
    }

    private static TorchCall pointwise(String value, TorchCall linear, String activation, String algorithm) {
        List<String> old = linear.arguments();
        return new TorchCall(
                value,
                "ops.mkldnn._linear_pointwise",
                List.of(
                        old.get(0),
                        old.get(1),
                        old.get(2),
                        "\"" + activation + "\"",
                        NO_SCALARS,
                        "\"" + algorithm + "\""));
    }
}
