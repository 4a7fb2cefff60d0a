package io.vitrine.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.TextConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Cuts texts into the tokens of a checkpoint, as its tokenizer in transformers does with {@code padding="max_length"}. Not
 * thread-safe.
 */
final class TextTokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final TextConfig config;
    private final long padding;
    private final boolean padsLeft;
    private final boolean lowersCase;
    private final LongTexts longTexts;

    private TextTokenizer(
            HuggingFaceTokenizer tokenizer, TextConfig config, JsonNode settings, LongTexts longTexts) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.longTexts = longTexts;
        this.padding = paddingId(settings);
        this.lowersCase = settings.path("tokenizer_class").asText().equals("Siglip2Tokenizer");
        this.padsLeft = settings.path("padding_side").asText(lowersCase ? "left" : "right").equals("left");
    }

    /**
     * The tokenizer in {@code folder}.
     *
     * @throws ModelException if there is none, or it cannot be read
     */
    static TextTokenizer open(Path folder, TextConfig config, LongTexts longTexts) {
        TokenizerFiles files = TokenizerFiles.read(folder);
        try {
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(files.definition()), Map.of("padding", "false", "truncation", "false"));
            return new TextTokenizer(tokenizer, config, files.settings(), longTexts);
        } catch (IOException | RuntimeException e) {
            throw new ModelException(
                    "The tokenizer in " + folder + " cannot be read: " + e.getMessage()
                            + ". Copy it again from the checkpoint's source.",
                    e);
        }
    }

    /** The id of the padding token. CLIP pads with the end of text. */
    private long paddingId(JsonNode settings) {
        JsonNode named = settings.path("pad_token");
        String token = named.isObject() ? named.path("content").asText() : named.asText("<|endoftext|>");
        long[] ids = tokenizer.encode(token, false, false).getIds();
        if (ids.length != 1) {
            throw new ModelException("The padding token '" + token
                    + "' of tokenizer_config.json is not in the tokenizer. Copy both again from the same checkpoint.");
        }
        return ids[0];
    }

    /**
     * The tokens of {@code text}, padded to the model's number of positions.
     *
     * @throws ConfigurationException if it is too long and {@link LongTexts#REFUSE} was asked for
     */
    long[] encode(String text) {
        long[] ids = tokenizer.encode(lowersCase ? lowerCase(text) : text, true, false).getIds();
        int room = config.positions();
        if (ids.length > room) {
            if (longTexts == LongTexts.REFUSE) {
                throw new ConfigurationException("The text '" + start(text) + "' has " + ids.length
                        + " tokens, but the model reads " + room + ". Shorten it, or cut long texts with --truncate.");
            }
            long last = ids[ids.length - 1];
            ids = Arrays.copyOf(ids, room);
            ids[room - 1] = last; // every text ends in the same token
        }
        for (long id : ids) {
            if (id >= config.vocabulary()) {
                throw new ModelException("The tokenizer gives the token " + id + " for '" + start(text)
                        + "', but the model knows " + config.vocabulary()
                        + ". Take tokenizer and weights from the same checkpoint.");
            }
        }
        long[] padded = new long[room];
        Arrays.fill(padded, padding);
        System.arraycopy(ids, 0, padded, padsLeft ? room - ids.length : 0, ids.length);
        return padded;
    }

    /** One character after the other, as the tokenizers library does: a final sigma is not told from another. */
    private static String lowerCase(String text) {
        StringBuilder lower = new StringBuilder();
        text.codePoints().forEach(c -> lower.append(Character.toString(c).toLowerCase(Locale.ROOT)));
        return lower.toString();
    }

    private static String start(String text) {
        return text.length() <= 40 ? text : text.substring(0, text.offsetByCodePoints(0, 20)) + "...";
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
