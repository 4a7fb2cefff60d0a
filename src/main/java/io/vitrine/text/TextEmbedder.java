package io.vitrine.text;

import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts to vectors in the space of a checkpoint's {@code image_embeds}: {@code get_text_features} of transformers. The cosine of a
 * text's and an image's vector says how well they match. Not thread-safe.
 */
public final class TextEmbedder implements AutoCloseable {
    private static final int BATCH = 32;

    private final TextTokenizer tokenizer;
    private final TextEncoder encoder;

    private TextEmbedder(TextTokenizer tokenizer, TextEncoder encoder) {
        this.tokenizer = tokenizer;
        this.encoder = encoder;
    }

    /**
     * Opens the text half of a checkpoint whose weights are safetensors.
     *
     * @param tokenizerFolder holds the tokenizer's files, {@link TokenizerFiles#NAMES}
     * @param cache where native libraries are unpacked, once per host
     * @throws ModelException if it reads no texts, or a file is missing or damaged
     */
    public static TextEmbedder open(Path folder, Path tokenizerFolder, LongTexts longTexts, Path cache) {
        TextEncoder encoder = TextEncoder.open(folder, cache);
        try {
            return new TextEmbedder(TextTokenizer.open(tokenizerFolder, encoder.config(), longTexts), encoder);
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /**
     * The vectors of {@code texts}, not normalized, one for each.
     *
     * @throws ConfigurationException if a text is too long and long texts are refused
     */
    public List<float[]> embed(List<String> texts) {
        List<long[]> ids = texts.stream().map(tokenizer::encode).toList();
        List<float[]> vectors = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += BATCH) {
            vectors.addAll(encoder.run(ids.subList(from, Math.min(ids.size(), from + BATCH)))
                    .embeds());
        }
        return vectors;
    }

    /** The tokens of a text, padded to the number that the model reads. */
    public long[] tokens(String text) {
        return tokenizer.encode(text);
    }

    public TextEncoder encoder() {
        return encoder;
    }

    @Override
    public void close() {
        encoder.close();
        tokenizer.close();
    }
}
