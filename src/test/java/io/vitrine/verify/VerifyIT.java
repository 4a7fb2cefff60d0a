package io.vitrine.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.vitrine.cli.ExitCode;
import io.vitrine.dev.sandbox.Submission;
import io.vitrine.inference.GpuRuntime;
import io.vitrine.testkit.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/verify} from the jar, as a person runs it. */
final class VerifyIT {
    private static final Path ORACLE = Path.of("src/test/resources/oracle");

    @TempDir
    private Path folder;

    @Test
    void theWholeOraclePasses() throws IOException {
        assertThat(verify(ExitCode.SUCCESS, ORACLE)).containsExactly("276 passed, 0 failed");
    }

    @Test
    void failingCasesAreNamedAndCounted() throws IOException {
        Path copy = folder.resolve("oracle");
        Folders.copy(ORACLE, copy);
        Path config = copy.resolve("checkpoints/dinov2-swiglu-cls/config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"layer_norm_eps\": 1e-06", "\"layer_norm_eps\": 1e-03"));
        List<String> lines = verify(ExitCode.DIFFERENCES, copy);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("FAILED model/dinov2-swiglu-cls: ")
                .contains("last_hidden_state differs by");
        assertThat(lines.get(1)).isEqualTo("275 passed, 1 failed");
    }

    @Test
    void anEmptyManifestIsAFault() throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "{}");
        verify(ExitCode.CONFIGURATION, folder);
        assertThat(Files.readString(folder.resolve("err.txt"))).contains("has neither images nor cases");
    }

    @Test
    void aFolderWithoutManifestIsOneMessage() throws IOException {
        assertThat(verify(ExitCode.CONFIGURATION, folder)).isEmpty();
        assertThat(Files.readString(folder.resolve("err.txt"))).startsWith("error: No manifest.json in " + folder);
    }

    @Test
    void aGpuThatCannotBeUsedIsOneMessage() throws IOException {
        assumeFalse(GpuRuntime.whyUnusable(0).isEmpty(), "there is a GPU here");
        assertThat(verify(ExitCode.CONFIGURATION, ORACLE, "--device", "gpu")).isEmpty();
        assertThat(Files.readString(folder.resolve("err.txt"))).startsWith("error: No GPU can be used: ");
    }

    private List<String> verify(ExitCode code, Path oracle, String... more) throws IOException {
        Path out = folder.resolve("out.txt");
        int actual = new Submission(Path.of("jobs/verify").toAbsolutePath(), null)
                .with(oracle.toAbsolutePath().toString())
                .with(more)
                .run(out, folder.resolve("err.txt"));
        assertThat(actual).isEqualTo(code.status());
        return Files.readAllLines(out);
    }
}
