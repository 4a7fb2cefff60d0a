package io.vitrine.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ConfigurationException;
import java.util.List;
import java.util.Locale;

/** What a tokenizer's Python class does to a text before the tokens are cut. */
enum TextForm {
    AS_IS {
        @Override
        String apply(String text) {
            return text;
        }
    },
    /** {@code Siglip2Tokenizer}: lower case, one character after the other. */
    LOWER_CASE {
        @Override
        String apply(String text) {
            StringBuilder lower = new StringBuilder();
            text.codePoints().forEach(c -> lower.append(Character.toString(c).toLowerCase(Locale.ROOT)));
            return lower.toString();
        }
    },
    /** {@code SiglipTokenizer}: lower case, no ASCII punctuation, one space between words, and a mark of a word's start. */
    CANONICAL {
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

    abstract String apply(String text);

    /** Whitespace as Python's regular expressions know it. */
    private static boolean isSpace(int c) {
        return SPACES.indexOf(c) >= 0 || c >= 0x2000 && c <= 0x200a;
    }

    /** The form of the class that tokenizer_config.json names. */
    static TextForm of(JsonNode settings) {
        return switch (settings.path("tokenizer_class").asText()) {
            case "Siglip2Tokenizer", "Siglip2TokenizerFast" -> LOWER_CASE;
            case "SiglipTokenizer" -> CANONICAL;
            default -> AS_IS;
        };
    }
}
