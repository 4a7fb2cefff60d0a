package io.vitrine.archive;

import java.util.Optional;

/**
 * A file in an archive.
 *
 * @param name as the archive has it, without {@code ./} at its beginning
 * @param length in bytes, unpacked
 * @param flaw why it can't be read
 * @param text its content, if it was asked for and is text of at most {@link #MAX_TEXT_BYTES}
 */
public record Member(String name, long length, Extent extent, Optional<Flaw> flaw, Optional<String> text) {
    /** The longest content that an index holds. */
    public static final int MAX_TEXT_BYTES = 1 << 20;

    static String clean(String name) {
        String clean = name;
        while (clean.startsWith("./")) {
            clean = clean.substring(2);
        }
        return clean;
    }
}
