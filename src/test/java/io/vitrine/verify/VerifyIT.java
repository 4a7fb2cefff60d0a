package io.vitrine.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vitrine.sandbox.Folders;
import io.vitrine.sandbox.Submission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/verify} as a person runs it, from the jar. */
final class VerifyIT {
    @TempDir
    private Path folder;

    @Test
    void failingCasesAreNamedAndCounted() throws IOException {
        List<String> lines = verify(Path.of("src/test/resources/oracle"), 1);
        assertThat(lines).last().isEqualTo("267 passed, 9 failed");
        assertThat(lines)
                .hasSize(10)
                .filteredOn(line -> line.startsWith("FAILED model/"))
                .hasSize(9);
    }

    @Test
    void aFolderThatAgreesEndsWithStatusZero() throws IOException {
        Path copy = folder.resolve("oracle");
        Folders.copy(Path.of("src/test/resources/oracle"), copy);
        ObjectMapper json = new ObjectMapper();
        ObjectNode manifest =
                (ObjectNode) json.readTree(copy.resolve("manifest.json").toFile());
        var kept = json.createArrayNode();
        for (JsonNode one : manifest.path("cases")) {
            if (one.path("id").asText().startsWith("model/vit")) {
                kept.add(one);
            }
        }
        manifest.set("cases", kept);
        json.writeValue(copy.resolve("manifest.json").toFile(), manifest);
        assertThat(verify(copy, 0)).containsExactly("72 passed, 0 failed");
    }

    @Test
    void aFolderWithoutManifestIsOneMessage() throws IOException {
        assertThat(verify(folder, 1)).isEmpty();
        assertThat(Files.readString(folder.resolve("err.txt"))).startsWith("error: No manifest.json in " + folder);
    }

    private List<String> verify(Path oracle, int status) throws IOException {
        Path out = folder.resolve("out.txt");
        int actual = new Submission(Path.of("jobs/verify").toAbsolutePath(), null)
                .with(oracle.toAbsolutePath().toString())
                .run(out, folder.resolve("err.txt"));
        assertThat(actual).isEqualTo(status);
        return Files.readAllLines(out);
    }
}
