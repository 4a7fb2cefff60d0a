package io.vitrine.inference;

import io.vitrine.ModelException;
import io.vitrine.Sha256;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.graph.GraphRequest;
import io.vitrine.graph.TorchScript;
import io.vitrine.report.Versions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Printed archives, written once per host: PyTorch reads a file, and all executors of a host can read the same. */
final class TorchScriptCache {
    private static final String FILE = "model.pt";
    private static final int KEY_LENGTH = 32;

    private TorchScriptCache() {}

    /** The archive of {@code script}, which {@code request} was printed to. */
    static Path archive(Path cache, GraphRequest request, TorchScript script) {
        List<String> parts = List.of(
                Versions.all().get("vitrine"),
                Fingerprint.of(request.checkpoint().folder()),
                script.digest());
        String key =
                Sha256.hex(parts.toString().getBytes(StandardCharsets.UTF_8)).substring(0, KEY_LENGTH);
        try {
            return ModelFileCache.getOrCreate(
                            cache,
                            "torchscript-" + key,
                            folder -> script.write(folder.resolve(FILE)),
                            TorchScriptCache::state)
                    .resolve(FILE);
        } catch (IOException e) {
            throw new ModelException(
                    "Cannot write the printed model to " + cache + ": " + e
                            + ". Choose a folder with room with --model-cache.",
                    e);
        }
    }

    /** Length and time: to read it all again would take longer than to load it. */
    private static String state(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        return Files.size(file) + " bytes at " + Files.getLastModifiedTime(file);
    }
}
