package io.vitrine.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.inference.TextModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A case of kind {@code text}: tokens of texts, the vectors of the tokens that are no padding, and the vectors of the texts. Where the
 * checkpoint has no tokenizer, the tokens are the case's own.
 */
final class TextCase implements OracleCase.Check {
    private final Path folder;
    private final JsonNode node;

    TextCase(Path folder, JsonNode node) {
        this.folder = folder;
        this.node = node;
    }

    @Override
    public OracleCase.Finding find() {
        ExpectedTensors expected =
                new ExpectedTensors(folder.resolve(node.path("expected").asText()));
        List<String> faults = new ArrayList<>();
        List<long[]> wanted = TextRun.tokens(expected, node);
        TextModel.Output actual = TextRun.of(folder, node, wanted, ids -> compareTokens(ids, wanted, faults));
        compare(actual, expected, wanted.get(0).length, faults);
        return OracleCase.Finding.exact(faults.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", faults)));
    }

    private static void compareTokens(List<long[]> ids, List<long[]> wanted, List<String> faults) {
        for (int i = 0; i < wanted.size(); i++) {
            long[] start = Arrays.copyOf(ids.get(i), wanted.get(i).length);
            if (!Arrays.equals(start, wanted.get(i))) {
                faults.add("text " + i + " has the tokens " + Arrays.toString(start) + ", "
                        + Arrays.toString(wanted.get(i)) + " expected");
            }
        }
    }

    private void compare(TextModel.Output actual, ExpectedTensors expected, int length, List<String> faults) {
        float[] states = expected.floats("text_last_hidden_state");
        float[] embeds = expected.floats("text_embeds");
        int texts = actual.embeds().size();
        boolean masked = node.path("attention_mask_used").asBoolean();
        long[] mask = masked ? expected.integers("attention_mask") : new long[0];
        int width = states.length / texts / length;
        for (int i = 0; i < texts; i++) {
            int size = embeds.length / texts;
            compare(
                    "text_embeds",
                    actual.embeds().get(i),
                    Arrays.copyOfRange(embeds, i * size, (i + 1) * size),
                    faults);
            for (int t = 0; t < length; t++) {
                if (masked && mask[i * length + t] == 0) {
                    continue; // attention to padding does not change the tokens before it
                }
                int at = (i * length + t) * width;
                compare(
                        "text_last_hidden_state",
                        Arrays.copyOfRange(actual.lastState().get(i), t * width, (t + 1) * width),
                        Arrays.copyOfRange(states, at, at + width),
                        faults);
            }
        }
    }

    private void compare(String name, float[] actual, float[] wanted, List<String> faults) {
        double tolerance = node.path("tolerance")
                        .path("outputs")
                        .path("strict_rel_to_max_abs")
                        .asDouble(2e-5)
                * Difference.maxAbs(wanted);
        Difference.exceeding(actual, wanted, tolerance).ifPresent(fault -> faults.add(name + " " + fault));
    }
}
