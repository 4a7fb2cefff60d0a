package io.vitrine.inference;

import io.vitrine.Sha256;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.HostCache;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.TorchScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Printed archives, written once per host: PyTorch reads a file, and all executors of a host can read the same. */
final class ScriptCache {
    private static final String FILE = "model.pt";
    private static final int KEY_LENGTH = 32;

    private ScriptCache() {}

    /** The archive of {@code script}, which {@code request} was printed to. */
    static Path archive(Path cache, GraphRequest request, TorchScript script) {
        List<Object> parts = List.of(
                Fingerprint.of(request.checkpoint().folder()),
                script.source(),
                request.image(),
                request.normalization(),
                request.headMask().layers(),
                request.precision());
        String key =
                Sha256.hex(parts.toString().getBytes(StandardCharsets.UTF_8)).substring(0, KEY_LENGTH);
        try {
            return HostCache.folder(
                            cache,
                            "torchscript-" + key,
                            folder -> script.write(folder.resolve(FILE)),
                            folder -> Sha256.hex(folder.resolve(FILE)))
                    .resolve(FILE);
        } catch (IOException e) {
            throw new VitrineException(
                    "Cannot write the printed model to " + cache + ": " + e
                            + ". Choose a folder with room with --model-cache.",
                    e);
        }
    }
}
