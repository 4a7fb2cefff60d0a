package io.vitrine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.ConfigurationException;
import io.vitrine.ModelException;
import io.vitrine.checkpoint.Activation;
import io.vitrine.checkpoint.ModelFamily;
import io.vitrine.checkpoint.TextConfig;
import io.vitrine.checkpoint.VitConfig;
import io.vitrine.inference.TextModel;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Tokens as {@code CLIPTokenizer} and {@code SiglipTokenizer} of transformers 5.18 cut them, from vocabularies made for the test. */
final class TextTokenizerTest {
    private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");
    private static final int POSITIONS = 40;

    @TempDir
    private static Path cache;

    @BeforeAll
    static void unpackTheLibrary() {
        TextModel.prepare(cache);
    }

    private static TextConfig config(int positions) {
        VitConfig.Encoder encoder = new VitConfig.Encoder(4, 1, 1, 4, Activation.GELU, 1e-6, true);
        return new TextConfig(ModelFamily.SIGLIP, encoder, 10_000, positions, TextConfig.Pooled.LAST, 1);
    }

    @TestFactory
    Stream<DynamicTest> everyTextHasTheTokensOfTheReference() {
        return Stream.of("clip", "siglip", "siglip-bytes").flatMap(name -> {
            Path folder = TOKENIZERS.resolve(name);
            return expected(folder)
                    .map(text -> DynamicTest.dynamicTest(name + " '" + text.path("text") + "'", () -> {
                        long[] wanted = StreamSupport.stream(text.path("ids").spliterator(), false)
                                .mapToLong(JsonNode::asLong)
                                .toArray();
                        try (TextTokenizer tokenizer =
                                TextTokenizer.open(folder, config(POSITIONS), LongTexts.REFUSE)) {
                            long[] ids = tokenizer.encode(text.path("text").asText());
                            assertThat(ids).hasSize(POSITIONS);
                            assertThat(Arrays.copyOf(ids, wanted.length)).isEqualTo(wanted);
                            long padding = wanted[wanted.length - 1]; // both pad with the end of text
                            assertThat(Arrays.stream(ids).skip(wanted.length)).allMatch(id -> id == padding);
                        }
                    }));
        });
    }

    private static Stream<JsonNode> expected(Path folder) {
        try {
            JsonNode texts =
                    new ObjectMapper().readTree(folder.resolve("expected.json").toFile());
            return StreamSupport.stream(texts.spliterator(), false);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLongTextIsRefusedOrCutBeforeItsEnd() {
        Path folder = TOKENIZERS.resolve("clip");
        String text = "a photo of the two red shoes";
        long[] whole;
        try (TextTokenizer tokenizer = TextTokenizer.open(folder, config(POSITIONS), LongTexts.REFUSE)) {
            whole = tokenizer.encode(text);
        }
        try (TextTokenizer tokenizer = TextTokenizer.open(folder, config(5), LongTexts.REFUSE)) {
            assertThatThrownBy(() -> tokenizer.encode(text))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("a photo of the two")
                    .hasMessageContaining("tokens, but the model reads 5")
                    .hasMessageContaining("--truncate");
        }
        try (TextTokenizer tokenizer = TextTokenizer.open(folder, config(5), LongTexts.CUT)) {
            long end = whole[POSITIONS - 1];
            assertThat(tokenizer.encode(text)).containsExactly(whole[0], whole[1], whole[2], whole[3], end);
        }
    }

    @Test
    void aTextThatHoldsASpecialTokenOfSiglipIsRefused() {
        try (TextTokenizer tokenizer =
                TextTokenizer.open(TOKENIZERS.resolve("siglip"), config(POSITIONS), LongTexts.REFUSE)) {
            assertThatThrownBy(() -> tokenizer.encode("a </s> b"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("</s>");
        }
    }

    @Test
    void aTokenBeyondTheModelsVocabularyIsRefused() {
        TextConfig wide = config(POSITIONS);
        TextConfig narrow =
                new TextConfig(wide.family(), wide.encoder(), 10, POSITIONS, wide.pooled(), wide.endOfText());
        try (TextTokenizer tokenizer = TextTokenizer.open(TOKENIZERS.resolve("clip"), narrow, LongTexts.REFUSE)) {
            assertThatThrownBy(() -> tokenizer.encode("cat"))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("the model knows 10");
        }
    }

    @Test
    void aFolderWithoutATokenizerSaysWhichFilesItNeeds(@TempDir Path folder) throws IOException {
        assertRefused(
                folder, "{\"tokenizer_class\": \"CLIPTokenizer\"}", "tokenizer.json, or vocab.json and merges.txt");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"SiglipTokenizer\"}");
        assertThatThrownBy(() -> TextTokenizer.open(folder, config(POSITIONS), LongTexts.REFUSE))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("spiece.model");
    }

    private static final Path SIGLIP_2 = Path.of("src/test/resources/oracle2/checkpoints/siglip2-fixed");

    /** The reference's class pads on the left, and SigLIP reads the last position. */
    @Test
    void siglip2IsPaddedOnTheLeftUnlessAFileSaysOtherwise(@TempDir Path folder) throws IOException {
        Files.copy(SIGLIP_2.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        Path settings = folder.resolve("tokenizer_config.json");
        Files.writeString(settings, "{\"tokenizer_class\": \"Siglip2Tokenizer\", \"padding_side\": \"right\"}");
        long[] right = encode(folder, "A Cat");
        Files.writeString(settings, "{\"tokenizer_class\": \"Siglip2Tokenizer\"}");
        long[] left = encode(folder, "A Cat");
        int tokens = (int) Arrays.stream(right).filter(id -> id != 0).count();
        assertThat(left).startsWith(new long[POSITIONS - tokens]); // <pad> is 0
        assertThat(Arrays.copyOfRange(left, POSITIONS - tokens, POSITIONS)).isEqualTo(Arrays.copyOf(right, tokens));
        Files.writeString(
                folder.resolve("tokenizer.json"),
                Files.readString(SIGLIP_2.resolve("tokenizer.json"))
                        .replaceFirst(
                                "\"padding\": ?null",
                                "\"padding\": {\"strategy\": {\"Fixed\": 12}, \"direction\": \"Right\","
                                        + " \"pad_to_multiple_of\": null, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"<pad>\"}"));
        assertThat(encode(folder, "A Cat")).isEqualTo(right);
    }

    private static long[] encode(Path folder, String text) {
        try (TextTokenizer tokenizer = TextTokenizer.open(folder, config(POSITIONS), LongTexts.REFUSE)) {
            return tokenizer.encode(text);
        }
    }

    @Test
    void aClassThatWouldDoOtherwiseIsRefused(@TempDir Path folder) throws IOException {
        Files.copy(SIGLIP_2.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        assertRefused(folder, "{\"tokenizer_class\": \"GemmaTokenizer\"}", "makes lower case");
        assertRefused(folder, "{\"tokenizer_class\": \"T5Tokenizer\"}", "tokenizer_class is T5Tokenizer");
        assertRefused(folder, "{\"do_lower_case\": false}", "do_lower_case is false");
    }

    private static void assertRefused(Path folder, String settings, String message) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), settings);
        assertThatThrownBy(() -> TextTokenizer.open(folder, config(POSITIONS), LongTexts.REFUSE))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aLongTextOfSiglipKeepsItsEnd() {
        Path folder = TOKENIZERS.resolve("siglip");
        try (TextTokenizer tokenizer = TextTokenizer.open(folder, config(4), LongTexts.CUT)) {
            long[] ids = tokenizer.encode("a photo of the two red shoes");
            assertThat(ids).hasSize(4).endsWith(1L); // </s>
        }
    }

    @Test
    void damagedFilesAreNamed(@TempDir Path folder) throws IOException {
        Folders.copy(TOKENIZERS.resolve("siglip"), folder);
        byte[] model = Files.readAllBytes(folder.resolve("spiece.model"));
        Files.write(folder.resolve("spiece.model"), Arrays.copyOf(model, model.length / 2));
        assertThatThrownBy(() -> TextTokenizer.open(folder, config(POSITIONS), LongTexts.REFUSE))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("spiece.model");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"CLIPTokenizer\"}");
        Files.writeString(folder.resolve("tokenizer.json"), "{\"version\": \"1.0\"");
        assertThatThrownBy(() -> TextTokenizer.open(folder, config(POSITIONS), LongTexts.REFUSE))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(folder.toString());
    }
}
