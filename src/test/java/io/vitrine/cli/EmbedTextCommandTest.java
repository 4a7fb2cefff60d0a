package io.vitrine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vitrine.checkpoint.Fingerprint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of {@code jobs/embed-text}; the vectors are the oracle's business. */
final class EmbedTextCommandTest {
    private static final Path CLIP = Path.of("src/test/resources/oracle2/checkpoints/clip-full");
    private static final String LONG_TEXT = "a photo of a cat and a dog and a house and a tree and a car";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Cli.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void aLineHoldsTheTextItsVectorAndTheFingerprint() throws IOException {
        assertThat(run("embed-text", "--model", CLIP.toString(), "--text", "a cat", "--text", "a \"dog\""))
                .isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode line = new ObjectMapper().readTree(lines.get(1));
        assertThat(line.path("text").asText()).isEqualTo("a \"dog\"");
        assertThat(line.path("text_embeds")).hasSize(24);
        assertThat(line.path("model").asText()).endsWith("clip-full");
        assertThat(line.path("model_fingerprint").asText()).isEqualTo(Fingerprint.of(CLIP));
    }

    @Test
    void aFileOfTextsBecomesAFileOfLinesOfNormOne() throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.txt"), "a cat\n\nein schönes Haus\n");
        Path lines = folder.resolve("lines.jsonl");
        String[] arguments = {
            "embed-text",
            "--model",
            CLIP.toString(),
            "--input",
            texts.toString(),
            "--output",
            lines.toString(),
            "--normalize",
            "l2"
        };
        assertThat(run(arguments)).isZero();
        assertThat(Files.readAllLines(lines)).hasSize(2).allSatisfy(line -> {
            double squares = 0;
            for (JsonNode value : new ObjectMapper().readTree(line).path("text_embeds")) {
                squares += value.asDouble() * value.asDouble();
            }
            assertThat(squares).isBetween(0.99999, 1.00001);
        });
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(texts, lines); // nothing half-written is left
        }
    }

    @Test
    void aLongTextEndsTheCommandBeforeAnythingIsWritten() throws IOException {
        Path lines = Files.writeString(folder.resolve("lines.jsonl"), "old");
        String[] arguments = {
            "embed-text",
            "--model",
            CLIP.toString(),
            "--text",
            "a cat",
            "--text",
            LONG_TEXT,
            "--output",
            lines.toString()
        };
        assertThat(run(arguments)).isEqualTo(ExitCode.CONFIGURATION.status());
        assertThat(err.toString()).contains("the model reads 16").contains("--truncate");
        assertThat(lines).hasContent("old");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(lines);
        }
        assertThat(run("embed-text", "--model", CLIP.toString(), "--text", LONG_TEXT, "--truncate"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --model src/test/resources/oracle2/checkpoints/clip-full | Give texts by --text or by --input
                    --model src/test/resources/oracle2/checkpoints/clip-full --text a --input b | Give texts by --text or by --input
                    --model src/test/resources/oracle2/checkpoints/clip-full --input no/such.txt | no/such.txt
                    --model src/test/resources/oracle2/checkpoints/clip-vision --text a | reads no texts
                    --model src/test/resources/oracle/checkpoints/vit-tiny-a --text a | reads no texts
                    """)
    void whatCannotBeDoneIsRefused(String arguments, String message) {
        assertThat(run(("embed-text " + arguments).split(" "))).isNotZero();
        assertThat(err.toString()).contains(message);
        assertThat(out.toString()).isEmpty();
    }
}
