package io.vitrine.hub;

import io.vitrine.StorageException;
import java.util.regex.Pattern;

/**
 * A file as the Hub describes it.
 *
 * @param commit of the requested revision
 * @param etag names the file's contents; for a large file their SHA-256
 * @param size in bytes
 */
record HubFileInfo(String commit, String etag, long size) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Refuses values that cannot be file names: they come from another machine. */
    HubFileInfo {
        if (!HubCheckpointId.COMMIT.matcher(commit).matches()
                || !PLAIN.matcher(etag).matches()
                || size < 0) {
            throw new StorageException(
                    StorageException.Outlook.PERMANENT,
                    "The Hub answered with the commit '" + commit + "', etag '" + etag + "' and size " + size
                            + ", which are not valid. Check HF_ENDPOINT.");
        }
    }

    /** Whether the etag is the SHA-256 of the contents. */
    boolean hasSha256() {
        return SHA256.matcher(etag).matches();
    }
}
