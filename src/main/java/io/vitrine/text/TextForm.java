package io.vitrine.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.ModelFamily;
import java.util.List;
import java.util.Locale;

/** What a tokenizer's Python class does to a text before the tokens are cut. */
enum TextForm {
    AS_IS("right", "<|endoftext|>") {
        @Override
        String apply(String text) {
            return text;
        }
    },
    /** {@code GemmaTokenizer}, which SigLIP 2 checkpoints may name: no lower case, and padding on the left. */
    GEMMA("left", "<pad>") {
        @Override
        String apply(String text) {
            return text;
        }
    },
    /** {@code XLMRobertaTokenizer}, of MetaCLIP 2. */
    XLM_ROBERTA("right", "<pad>") {
        @Override
        String apply(String text) {
            return text;
        }
    },
    /** {@code Siglip2Tokenizer}: lower case, one character after the other. */
    LOWER_CASE("left", "<pad>") {
        @Override
        String apply(String text) {
            StringBuilder lower = new StringBuilder();
            text.codePoints().forEach(c -> lower.append(Character.toString(c).toLowerCase(Locale.ROOT)));
            return lower.toString();
        }
    },
    /** {@code SiglipTokenizer}: lower case, no ASCII punctuation, one space between words, and a mark of a word's start. */
    CANONICAL("right", "</s>") {
        @Override
        String apply(String text) {
            SPECIAL.stream().filter(text::contains).findFirst().ifPresent(token -> {
                throw new ConfigurationException("The text '" + text + "' holds " + token
                        + ", which SigLIP's tokenizer takes for a token of its own. Leave it out.");
            });
            String lower = text.replace(WORD_START, ' ').toLowerCase(Locale.ROOT);
            StringBuilder canonical = new StringBuilder().append(WORD_START);
            lower.codePoints().filter(c -> PUNCTUATION.indexOf(c) < 0).forEach(c -> {
                boolean space = isSpace(c);
                if (!space || canonical.charAt(canonical.length() - 1) != ' ') {
                    canonical.appendCodePoint(space ? ' ' : c);
                }
            });
            int end = canonical.length();
            return canonical.charAt(end - 1) == ' ' ? canonical.substring(0, end - 1) : canonical.toString();
        }
    };

    /** SentencePiece writes it for a space. */
    static final char WORD_START = '\u2581';

    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"; // string.punctuation of Python
    private static final List<String> SPECIAL = List.of("</s>", "<unk>");
    private static final String SPACES =
            "\t\n\u000b\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000";

    /** Where the class pads if no file says so. */
    final String paddingSide;

    /** The token with which the class pads if no file says so. */
    final String padding;

    TextForm(String paddingSide, String padding) {
        this.paddingSide = paddingSide;
        this.padding = padding;
    }

    abstract String apply(String text);

    /** Whitespace as Python's regular expressions know it. */
    private static boolean isSpace(int c) {
        return SPACES.indexOf(c) >= 0 || c >= 0x2000 && c <= 0x200a;
    }

    /**
     * The form of the class that tokenizer_config.json names; where it names none, of the family's.
     *
     * @throws ModelException if the class is not known, or is told to do otherwise than it does here
     */
    static TextForm of(JsonNode settings, ModelFamily family) {
        String named = settings.path("tokenizer_class").asText().replaceFirst("Fast$", "");
        if (named.isEmpty()) {
            named = family == ModelFamily.SIGLIP
                    ? "SiglipTokenizer"
                    : family == ModelFamily.METACLIP_2 ? "XLMRobertaTokenizer" : "CLIPTokenizer";
        }
        TextForm form =
                switch (named) {
                    case "CLIPTokenizer", "PreTrainedTokenizer", "TokenizersBackend" -> AS_IS;
                    case "XLMRobertaTokenizer" -> XLM_ROBERTA;
                    case "GemmaTokenizer" -> GEMMA;
                    case "Siglip2Tokenizer" -> LOWER_CASE;
                    case "SiglipTokenizer" -> CANONICAL;
                    default ->
                        throw new ModelException("tokenizer_class is " + named + " in tokenizer_config.json, but only"
                                + " CLIPTokenizer, XLMRobertaTokenizer, SiglipTokenizer, Siglip2Tokenizer and"
                                + " GemmaTokenizer are known.");
                };
        if (form == CANONICAL && !settings.path("do_lower_case").asBoolean(true)) {
            throw new ModelException("do_lower_case is false in tokenizer_config.json, but SiglipTokenizer is read with"
                    + " lower case only. Use a checkpoint whose texts are in lower case.");
        }
        return form;
    }
}
