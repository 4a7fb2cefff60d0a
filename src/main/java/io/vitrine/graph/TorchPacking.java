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
 * Rewrites a module for CPUs: every linear layer as oneDNN's own operation on a weight that was brought into its blocked layout
 * when the module was loaded, with the activation or the addition that follows done while the result is in cache. The numbers
 * are those of the plain operations, but for the order of sums.
 */
final class TorchPacking {
    private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";
    private static final Map<String, String> ACTIVATIONS = Map.of("torch.gelu", "gelu", "torch.relu", "relu");
    private static final Pattern VALUE = Pattern.compile("\\bx\\d+\\w*\\b");

    private final List<TorchCall> calls = new ArrayList<>();
    private final Set<String> packed = new LinkedHashSet<>();

    /**
     * @param plain the module's lines
     * @param kept values that leave the module
     */
    TorchPacking(List<TorchCall> plain, Set<String> kept) {
        Map<String, Integer> uses = uses(plain, kept);
        Map<String, TorchCall> waiting = new HashMap<>(); // linear layers whose one reader may take them in
        for (TorchCall call : plain) {
            Optional<TorchCall> fused = fused(call, waiting);
            flush(call, waiting);
            if (!call.is("linear")) {
                calls.add(fused.orElse(call));
                continue;
            }
            packed.add(call.arguments().get(1));
            if (uses.getOrDefault(call.value(), 0) == 1) {
                waiting.put(call.value(), call);
            } else {
                calls.add(alone(call));
            }
        }
    }

    List<TorchCall> calls() {
        return calls;
    }

    /** The attributes, as {@code self.wN}, that are packed. */
    Set<String> packed() {
        return packed;
    }

    /** How often each value is read; those that leave the module count as read twice. */
    static Map<String, Integer> uses(List<TorchCall> plain, Set<String> kept) {
        Map<String, Integer> uses = new HashMap<>();
        for (TorchCall call : plain) {
            Matcher values = VALUE.matcher(String.join(", ", call.arguments()));
            while (values.find()) {
                uses.merge(values.group(), 1, Integer::sum);
            }
        }
        kept.forEach(value -> uses.merge(value, 2, Integer::sum));
        return uses;
    }

    /** {@code call} with the linear layer it reads, if it is one that can take it in; that layer waits no longer. */
    private static Optional<TorchCall> fused(TorchCall call, Map<String, TorchCall> waiting) {
        if (ACTIVATIONS.containsKey(call.operation())
                && waiting.containsKey(call.arguments().get(0))) {
            TorchCall linear = waiting.remove(call.arguments().get(0));
            boolean tanh = call.arguments().contains("approximate=\"tanh\"");
            String algorithm = call.is("gelu") ? (tanh ? "tanh" : "none") : "";
            return Optional.of(pointwise(call.value(), linear, ACTIVATIONS.get(call.operation()), algorithm));
        }
        if (call.is("add") && call.arguments().size() == 2) {
            for (int i = 0; i < 2; i++) {
                String other = call.arguments().get(1 - i);
                if (waiting.containsKey(call.arguments().get(i))
                        && VALUE.matcher(other).matches()) {
                    TorchCall linear = waiting.remove(call.arguments().get(i));
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

    /** Lets the layers go alone that {@code call} still reads. */
    private void flush(TorchCall call, Map<String, TorchCall> waiting) {
        List<String> read =
                waiting.keySet().stream().filter(value -> call.reads(value) > 0).toList();
        read.forEach(value -> calls.add(alone(waiting.remove(value))));
    }

    private static TorchCall alone(TorchCall linear) {
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
