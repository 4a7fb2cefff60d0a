package io.vitrine.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of transformers that the benchmark on GPUs compares with. */
final class PythonPeerTest {
    @TempDir
    private Path folder;

    @Test
    void aMissingPythonIsNamedWithTheVariableThatHelps() throws Exception {
        Optional<String> reason = new PythonPeer("/no/such/python", folder).whyMissing("cuda");
        assertThat(reason.orElseThrow()).contains("/no/such/python").contains("VITRINE_PYTHON names a Python");
    }

    /** On the CPU, where this machine has what it takes. */
    @Test
    void theScriptCountsAllImages() throws Exception {
        PythonPeer peer = new PythonPeer(PythonPeer.ofEnvironment(), folder);
        Optional<String> missing = peer.whyMissing("cpu");
        assumeTrue(missing.isEmpty(), () -> "Not run: " + missing.get());
        Path checkpoint = Path.of("demo/checkpoint").toAbsolutePath();
        try (LocalPhotos photos = LocalPhotos.make(folder, Photos.Kind.IMAGENET, Photos.Kind.IMAGENET.jpegs(), 100)) {
            PythonPeer.Row row = peer.measure(checkpoint, photos.folder(), 16, 2, "cpu");
            assertThat(row.measurement().images()).isEqualTo(100);
            assertThat(row.measurement().rate()).isPositive();
            assertThat(row.versions()).matches("torch .+, transformers .+, Pillow .+");
        }
    }

    @Test
    void picturesLikeImagenetsHaveTheirBytes() {
        assertThat(Photos.Kind.IMAGENET.jpegs().stream()
                        .mapToInt(jpeg -> jpeg.length)
                        .average()
                        .orElseThrow())
                .isBetween(100e3, 120e3);
    }
}
