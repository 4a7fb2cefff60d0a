package io.vitrine.checkpoint;

import io.vitrine.Sha256;
import io.vitrine.VitrineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Identifies a checkpoint: the SHA-256 over the names and contents of its config, preprocessing and weights. Folders with the
 * same fingerprint give the same features.
 */
public final class Fingerprint {
    /** By the state of the files. In local mode driver and executor share a JVM, and both ask. */
    private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

    private Fingerprint() {}

    /**
     * The fingerprint of {@code folder}, 64 hexadecimal digits.
     *
     * @throws VitrineException if a file is missing or cannot be read
     */
    public static String of(Path folder) {
        try {
            StringBuilder state = new StringBuilder(folder.toString());
            for (Path file : Checkpoint.requiredFiles(folder)) {
                state.append('|').append(Files.size(file)).append('@').append(Files.getLastModifiedTime(file));
            }
            String key = state.toString();
            String known = KNOWN.get(key);
            if (known == null) {
                known = digest(folder);
                KNOWN.put(key, known);
            }
            return known;
        } catch (IOException e) {
            throw LocalFileErrors.of("read the checkpoint", folder, e);
        }
    }

    private static String digest(Path folder) throws IOException {
        MessageDigest whole = Sha256.digest();
        for (Path file : Checkpoint.requiredFiles(folder)) {
            whole.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            whole.update((byte) 0);
            whole.update(HexFormat.of().parseHex(FileDigests.sha256(file)));
        }
        return HexFormat.of().formatHex(whole.digest());
    }
}
