package io.vitrine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vitrine.StorageException;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.OracleCheckpoints;
import io.vitrine.graph.TorchScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TorchScriptCacheTest {
    private final GraphRequest request = OracleCheckpoints.plan("vit-tiny-a").request(List.of("pooler_output"));

    @TempDir
    private Path folder;

    @Test
    void anArchiveIsWrittenOnce() throws IOException {
        Path archive = TorchScriptCache.archive(folder, request, TorchScript.print(request));
        FileTime written = Files.getLastModifiedTime(archive);
        assertThat(TorchScriptCache.archive(folder, request, TorchScript.print(request)))
                .isEqualTo(archive);
        assertThat(Files.getLastModifiedTime(archive)).isEqualTo(written);
    }

    @Test
    void aCacheThatCannotBeWrittenIsAFaultOfStorage() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> TorchScriptCache.archive(file, request, TorchScript.print(request)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Cannot write the TorchScript model to " + file)
                .hasMessageContaining("--model-cache");
    }
}
