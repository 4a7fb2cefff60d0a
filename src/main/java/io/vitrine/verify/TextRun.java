package io.vitrine.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.inference.TextModel;
import io.vitrine.text.LongTexts;
import io.vitrine.text.TextEmbedder;
import io.vitrine.text.TextEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Runs the texts of a case through the text half of its checkpoint. */
final class TextRun {
    private static final String IDS = "input_ids";

    private TextRun() {}

    /** The tokens that a case expects, one array a text. */
    static List<long[]> tokens(ExpectedTensors expected, JsonNode node) {
        int length = node.path("tensors").path(IDS).path(1).asInt();
        long[] all = expected.integers(IDS);
        List<long[]> rows = new ArrayList<>();
        for (int at = 0; at < all.length; at += length) {
            rows.add(Arrays.copyOfRange(all, at, at + length));
        }
        return rows;
    }

    /**
     * What the model gives for a case's texts. Without a tokenizer in the checkpoint, the tokens are the case's own.
     *
     * @param tokens from {@link #tokens}
     * @param check is given the tokens that the checkpoint's tokenizer makes
     */
    static TextModel.Output of(Path folder, JsonNode node, List<long[]> tokens, Consumer<List<long[]>> check) {
        Path checkpoint = folder.resolve(node.path("checkpoint").asText());
        if (!node.path("tokenizer").isTextual()) {
            try (TextEncoder encoder = TextEncoder.open(checkpoint, ModelFileCache.DEFAULT)) {
                return encoder.run(tokens.stream()
                        .map(ids -> Arrays.copyOf(ids, encoder.positions()))
                        .toList());
            }
        }
        try (TextEmbedder embedder =
                TextEmbedder.open(checkpoint, checkpoint, LongTexts.REFUSE, ModelFileCache.DEFAULT)) {
            List<long[]> ids = new ArrayList<>();
            node.path("texts").forEach(text -> ids.add(embedder.tokens(text.asText())));
            check.accept(ids);
            return embedder.encoder().run(ids);
        }
    }
}
