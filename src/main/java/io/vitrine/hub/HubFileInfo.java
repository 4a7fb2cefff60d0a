package io.vitrine.hub;

import io.vitrine.ModelException;
import java.util.regex.Pattern;

/**
 * What the Hub says of a file.
 *
 * @param commit that its revision stands for
 * @param etag its name among the blobs; of a large file the SHA-256 of its contents
 * @param size in bytes
 */
record HubFileInfo(String commit, String etag, long size) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Checks that they can be file names: they come from another machine. */
    HubFileInfo {
        if (!HubCheckpointId.COMMIT.matcher(commit).matches() || !PLAIN.matcher(etag).matches() || size < 0) {
            throw new ModelException("The Hub answered with the commit '" + commit + "', etag '" + etag + "' and size "
                    + size + ", which cannot be. Check HF_ENDPOINT.");
        }
    }

    /** Whether the etag says what the contents hash to. */
    boolean hasSha256() {
        return SHA256.matcher(etag).matches();
    }
}
