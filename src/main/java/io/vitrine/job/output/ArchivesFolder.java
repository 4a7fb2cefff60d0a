package io.vitrine.job.output;

import io.vitrine.RunInterruptedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The folder where runs keep what they found in archives, for later runs. It may be removed at any time. */
public final class ArchivesFolder {
    private static final String NAME = "archives";
    private static final Duration LIFETIME = Duration.ofDays(90);

    private final MetadataFolder metadata;
    private final Warnings warnings;

    ArchivesFolder(MetadataFolder metadata, Warnings warnings) {
        this.metadata = metadata;
        this.warnings = warnings;
    }

    /** Its path, if a run has made it. */
    public Optional<String> ifExists() {
        return metadata.exists(NAME) ? Optional.of(metadata.path(NAME)) : Optional.empty();
    }

    /**
     * Keeps what a run found. Then removes what runs kept 90 days ago, so that archives that are gone don't stay for ever. A failure
     * is a warning.
     *
     * @param keep writes to the folder, and returns how many files
     */
    public void keep(ToLongFunction<String> keep) {
        try {
            if (keep.applyAsLong(metadata.path(NAME)) > 0) {
                metadata.deleteFiles(NAME, Instant.now().minus(LIFETIME));
            }
        } catch (RunInterruptedException e) {
            throw e;
        } catch (RuntimeException e) {
            warnings.add(e, "Without it, the next run reads unchanged archives again to find their members.");
        }
    }
}
