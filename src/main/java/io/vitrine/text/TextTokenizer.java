package io.vitrine.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.TextConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Cuts texts into the tokens of a checkpoint, as its tokenizer in transformers does with {@code padding="max_length"}. Not
 * thread-safe.
 */
final class TextTokenizer implements AutoCloseable {
    private static final String SIGLIP_END = "</s>";

    private final HuggingFaceTokenizer tokenizer;
    private final TextConfig config;
    private final long padding;
    private final boolean padsLeft;
    private final TextForm form;
    private final LongTexts longTexts;

    private TextTokenizer(HuggingFaceTokenizer tokenizer, TextConfig config, JsonNode settings, LongTexts longTexts) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.longTexts = longTexts;
        this.form = TextForm.of(settings);
        this.padding = tokenId(settings.path("pad_token"), form == TextForm.CANONICAL ? SIGLIP_END : "<|endoftext|>");
        this.padsLeft = settings.path("padding_side")
                .asText(form == TextForm.LOWER_CASE ? "left" : "right")
                .equals("left");
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

    /**
     * The id of a token that tokenizer_config.json names.
     *
     * @param otherwise the token if none is named
     */
    private long tokenId(JsonNode named, String otherwise) {
        String token = named.isObject() ? named.path("content").asText() : named.asText(otherwise);
        long[] ids = tokenizer.encode(token, false, false).getIds();
        if (ids.length != 1) {
            throw new ModelException("The token '" + token
                    + "' of tokenizer_config.json is not in the tokenizer. Copy both again from the same checkpoint.");
        }
        return ids[0];
    }

    /** SentencePiece models do not write the end of text by themselves. */
    private long[] tokens(String text) {
        long[] ids = tokenizer.encode(form.apply(text), true, false).getIds();
        if (form != TextForm.CANONICAL) {
            return ids;
        }
        long[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = tokenId(JsonNodeFactory.instance.missingNode(), SIGLIP_END);
        return ended;
    }

    /**
     * The tokens of {@code text}, padded to the model's number of positions.
     *
     * @throws ConfigurationException if it is too long and {@link LongTexts#REFUSE} was asked for
     */
    long[] encode(String text) {
        long[] ids = tokens(text);
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

    private static String start(String text) {
        return text.length() <= 40 ? text : text.substring(0, text.offsetByCodePoints(0, 20)) + "...";
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
