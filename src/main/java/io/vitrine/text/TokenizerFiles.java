package io.vitrine.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.JsonFile;
import io.vitrine.checkpoint.ModelFamily;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The tokenizer of a checkpoint, as a definition that the tokenizers library reads: {@code tokenizer.json}, or one made from
 * CLIP's {@code vocab.json} and {@code merges.txt} as {@code CLIPTokenizer} in transformers does.
 *
 * @param definition the bytes of tokenizer.json
 * @param settings what tokenizer_config.json holds; empty if there is none
 * @param form what the tokenizer's class does to a text first
 * @param paddingSide {@code left} or {@code right}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TokenizerFiles(byte[] definition, JsonNode settings, TextForm form, String paddingSide) {
    /** The files that a tokenizer may consist of. */
    public static final List<String> NAMES =
            List.of("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "spiece.model");

    private static final long MAX_BYTES = 128 << 20;

    private static final String END = "<|endoftext|>";
    private static final String START = "<|startoftext|>";
    private static final String WORDS =
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]" + "|[^\\s\\p{L}\\p{N}]+";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /**
     * Reads the tokenizer in {@code folder}, of a model of {@code family}.
     *
     * @throws ModelException if there is none, a file is damaged, or its class is not known
     */
    static TokenizerFiles read(Path folder, ModelFamily family) {
        Path config = folder.resolve("tokenizer_config.json");
        JsonNode settings = Files.isRegularFile(config) ? JsonFile.read(config) : JSON.objectNode();
        TextForm form = TextForm.of(settings, family);
        if (form == TextForm.CANONICAL) {
            return new TokenizerFiles(sentencePieces(folder), settings, form, side(settings, JSON.objectNode(), form));
        }
        Path whole = folder.resolve("tokenizer.json");
        if (Files.isRegularFile(whole)) {
            byte[] definition = bytes(whole);
            JsonNode parts = TokenizerJson.parts(definition, whole);
            if (form == TextForm.GEMMA && parts.path("normalizer").toString().contains("\"Lowercase\"")) {
                throw new ModelException(whole + " makes lower case, but the class that tokenizer_config.json names,"
                        + " GemmaTokenizer, does not. Correct one of them: SigLIP 2 was trained on lower case,"
                        + " and its class is Siglip2Tokenizer.");
            }
            return new TokenizerFiles(definition, settings, form, side(settings, parts, form));
        }
        if (Files.isRegularFile(folder.resolve("vocab.json")) && Files.isRegularFile(folder.resolve("merges.txt"))) {
            byte[] definition = clip(folder).toString().getBytes(StandardCharsets.UTF_8);
            return new TokenizerFiles(definition, settings, form, side(settings, JSON.objectNode(), form));
        }
        throw new ModelException("The checkpoint " + folder + " has no tokenizer that can be read (tokenizer.json, or"
                + " vocab.json and merges.txt). Save one beside the weights: AutoTokenizer.from_pretrained(...)"
                + ".save_pretrained(folder) writes tokenizer.json.");
    }

    /** tokenizer_config.json counts before tokenizer.json, and this before the class. */
    private static String side(JsonNode settings, JsonNode parts, TextForm form) {
        String own = parts.path("padding").path("direction").asText(form.paddingSide);
        return settings.path("padding_side").asText(own).toLowerCase(Locale.ROOT);
    }

    /** {@code SiglipTokenizer} reads this file, and no tokenizer.json. */
    private static byte[] sentencePieces(Path folder) {
        Path file = folder.resolve("spiece.model");
        if (!Files.isRegularFile(file)) {
            throw new ModelException("The checkpoint " + folder + " has no spiece.model, which its tokenizer,"
                    + " SiglipTokenizer, reads. Copy it from the checkpoint's source.");
        }
        return SentencePieceFile.definition(bytes(file), file).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ModelException(file + " has " + Files.size(file) + " bytes, more than the " + MAX_BYTES
                        + " that a tokenizer can have. Do not use this checkpoint.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException("Cannot read " + file + ": " + e + ". Copy it again.", e);
        }
    }

    private static ObjectNode clip(Path folder) {
        JsonNode vocabulary = JsonFile.read(folder.resolve("vocab.json"));
        ObjectNode model = JSON.objectNode()
                .put("type", "BPE")
                .put("unk_token", END)
                .put("continuing_subword_prefix", "")
                .put("end_of_word_suffix", "</w>")
                .put("fuse_unk", false)
                .put("byte_fallback", false);
        model.set("vocab", vocabulary);
        model.set("merges", merges(folder.resolve("merges.txt")));

        ObjectNode definition = JSON.objectNode().put("version", "1.0");
        definition.set(
                "added_tokens", JSON.arrayNode().add(special(START, vocabulary)).add(special(END, vocabulary)));
        definition.set(
                "normalizer",
                sequence(
                        "normalizers",
                        JSON.arrayNode()
                                .add(JSON.objectNode().put("type", "NFC"))
                                .add(JSON.objectNode()
                                        .put("type", "Replace")
                                        .put("content", " ")
                                        .set("pattern", JSON.objectNode().put("Regex", "\\s+")))
                                .add(JSON.objectNode().put("type", "Lowercase"))));
        definition.set(
                "pre_tokenizer",
                sequence(
                        "pretokenizers",
                        JSON.arrayNode()
                                .add(JSON.objectNode()
                                        .put("type", "Split")
                                        .put("behavior", "Removed")
                                        .put("invert", true)
                                        .set("pattern", JSON.objectNode().put("Regex", WORDS)))
                                .add(JSON.objectNode()
                                        .put("type", "ByteLevel")
                                        .put("add_prefix_space", false)
                                        .put("trim_offsets", true)
                                        .put("use_regex", true))));
        ObjectNode ends = JSON.objectNode()
                .put("type", "RobertaProcessing")
                .put("trim_offsets", false)
                .put("add_prefix_space", false);
        ends.set("sep", JSON.arrayNode().add(END).add(id(END, vocabulary)));
        ends.set("cls", JSON.arrayNode().add(START).add(id(START, vocabulary)));
        definition.set("post_processor", ends);
        definition.set("model", model);
        return definition;
    }

    private static ObjectNode sequence(String members, ArrayNode steps) {
        return JSON.objectNode().put("type", "Sequence").set(members, steps);
    }

    private static ObjectNode special(String token, JsonNode vocabulary) {
        return JSON.objectNode()
                .put("id", id(token, vocabulary))
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    private static int id(String token, JsonNode vocabulary) {
        JsonNode id = vocabulary.path(token);
        if (!id.canConvertToInt()) {
            throw new ModelException("vocab.json has no token " + token
                    + ", which begins or ends every text of CLIP. Copy it again from the checkpoint's source.");
        }
        return id.asInt();
    }

    /** One pair a line, after a line of the version. */
    private static ArrayNode merges(Path file) {
        ArrayNode merges = JSON.arrayNode();
        new String(bytes(file), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#version") && !line.isBlank())
                .forEach(line -> merges.add(line.strip()));
        return merges;
    }
}
