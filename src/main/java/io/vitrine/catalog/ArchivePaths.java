package io.vitrine.catalog;

import io.vitrine.archive.ArchiveFormat;

/**
 * Paths of members of archives: {@code s3a://bucket/shard.tar#00001.jpg}. The member's name is everything behind the first {@code #}
 * that follows the name of an archive, as the archive has it: dots, slashes and further {@code #} mean themselves.
 */
final class ArchivePaths {
    private static final char SEPARATOR = '#';

    private ArchivePaths() {}

    static String of(String archive, String member) {
        return archive + SEPARATOR + member;
    }

    /** The length of the archive's path in {@code path}; the whole length if it names no member. */
    static int archiveEnd(String path) {
        for (int at = path.indexOf(SEPARATOR); at >= 0; at = path.indexOf(SEPARATOR, at + 1)) {
            if (ArchiveFormat.of(path.substring(0, at)).isPresent()) {
                return at;
            }
        }
        return path.length();
    }
}
