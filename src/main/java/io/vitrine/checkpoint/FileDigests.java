package io.vitrine.checkpoint;

import io.vitrine.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SHA-256 of files, computed once per JVM for each state of a file: weights take seconds to read. */
public final class FileDigests {
    private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

    private FileDigests() {}

    /** The digest of the contents of {@code file} as 64 hexadecimal digits. */
    public static String sha256(Path file) throws IOException {
        Path real = file.toRealPath();
        String key = real + "|" + Files.size(real) + "@" + Files.getLastModifiedTime(real);
        String known = KNOWN.get(key);
        if (known == null) {
            known = Sha256.hex(real);
            KNOWN.put(key, known);
        }
        return known;
    }
}
