package io.vitrine.hub;

import io.vitrine.StorageException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** What a failure to fetch something from the Hub means for a caller. */
final class HubFailure {
    private HubFailure() {}

    /**
     * The network may recover; a cache that cannot be written needs a person.
     *
     * @param what was to be fetched
     * @param next what to do if the network failed, with its punctuation
     */
    static StorageException of(HubSettings settings, String what, IOException e, String next) {
        if (e instanceof FileSystemException) {
            return new StorageException(
                    StorageException.Outlook.PERMANENT,
                    "Cannot write " + what + " to the Hub's cache " + settings.cache() + " (" + e
                            + "). Free some space, or name a folder you can write to in HF_HOME.",
                    e);
        }
        return new StorageException(
                StorageException.Outlook.TRANSIENT,
                "Cannot fetch " + what + " from " + settings.endpoint() + ": " + e + next,
                e);
    }
}
