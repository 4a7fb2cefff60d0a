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

    private TextTokenizer(
            HuggingFaceTokenizer tokenizer, TextConfig config, TokenizerFiles files, LongTexts longTexts) {
        this.tokenizer = tokenizer;
        this.config = config;
        this.longTexts = longTexts;
        this.form = files.form();
        this.padding = tokenId(files.settings().path("pad_token"), form.padding);
        this.padsLeft = files.paddingSide().equals("left");
        if (padsLeft && config.isCausal()) {
            throw new ModelException("padding_side is left in the tokenizer's files, but CLIP's texts are padded on the"
                    + " right: a token attends to all before it. Copy the files again from the checkpoint's source.");
        }
    }

    /**
     * The tokenizer in {@code folder}.
     *
     * @throws ModelException if there is none, or it cannot be read
     */
    static TextTokenizer open(Path folder, TextConfig config, LongTexts longTexts) {
        TokenizerFiles files = TokenizerFiles.read(folder, config.family());
        HuggingFaceTokenizer tokenizer;
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(files.definition()), Map.of("padding", "false", "truncation", "false"));
        } catch (IOException | RuntimeException e) {
            throw new ModelException(
                    "The tokenizer in " + folder + " cannot be read: " + e.getMessage()
                            + ". Copy it again from the checkpoint's source.",
                    e);
        }
        try {
            return new TextTokenizer(tokenizer, config, files, longTexts);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
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
                    + "' is not in the tokenizer. tokenizer_config.json names it, or its class does. Copy both files again from"
                    + " the same checkpoint.");
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
            ids = cut(ids, room);
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

    /** The first tokens, and the end of text if the tokenizer writes one behind every text. */
    private long[] cut(long[] ids, int room) {
        long[] cut = Arrays.copyOf(ids, room);
        long[] empty = tokens("");
        long last = ids[ids.length - 1];
        if (empty.length > 0 && empty[empty.length - 1] == last) {
            cut[room - 1] = last;
        }
        return cut;
    }

    private static String start(String text) {
        return text.length() <= 40 ? text : text.substring(0, text.offsetByCodePoints(0, 20)) + "...";
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
