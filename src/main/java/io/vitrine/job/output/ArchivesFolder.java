package io.vitrine.job.output;

import io.vitrine.RunInterruptedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The folder where runs keep what they found in archives, for later runs. It may be removed at any time. */
public final class ArchivesFolder {
    private static final String NAME = "archives";

    private final MetadataFolder metadata;
    private final Warnings warnings;

    ArchivesFolder(MetadataFolder metadata, Warnings warnings) {
        this.metadata = metadata;
        this.warnings = warnings;
    }

    /** Its path in an output's folder, whether a run has made it or not. */
    public static String in(String output) {
        return output + "/" + MetadataFolder.NAME + "/" + NAME;
    }

    /** Its path, if a run has made it. */
    public Optional<String> ifExists() {
        return metadata.exists(NAME) ? Optional.of(metadata.path(NAME)) : Optional.empty();
    }

    /** Its path, whether a run has made it or not. */
    public String path() {
        return metadata.path(NAME);
    }

    /**
     * A step that keeps what a run found, or the end of it. A failure is a warning.
     *
     * @throws RunInterruptedException if the step was interrupted
     */
    public void attempt(Runnable step) {
        try {
            step.run();
        } catch (RunInterruptedException e) {
            throw e;
        } catch (RuntimeException e) {
            warnings.add(e, "Without it, the next run reads unchanged archives again to find their members.");
        }
    }

    /** Removes what no run has used for longer than {@code age}. A failure is a warning. */
    public void removeOlderThan(Duration age) {
        try {
            metadata.deleteFiles(NAME, Instant.now().minus(age));
        } catch (RunInterruptedException e) {
            throw e;
        } catch (RuntimeException e) {
            warnings.add(e, "A later run tries again.");
        }
    }
}
