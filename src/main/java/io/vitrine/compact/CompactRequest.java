package io.vitrine.compact;

import io.vitrine.ConfigurationException;
import java.time.Duration;
import java.util.Optional;

/**
 * What to rewrite, and how. A validated request.
 *
 * @param output the output of {@code jobs/extract}
 * @param targetFileBytes files of about this size are written
 * @param keep how long the folders of replaced runs stay for readers that have begun, also of runs that were replaced earlier;
 *     empty for {@link #DEFAULT_KEEP}, and for what those compactions asked for
 * @param added columns to add; empty to rewrite those that are there
 */
public record CompactRequest(String output, long targetFileBytes, Optional<Duration> keep, Optional<AddedFrom> added) {
    /** The default of {@code targetFileBytes}. */
    public static final long DEFAULT_TARGET_FILE_BYTES = 512L << 20;

    /** The default of {@code keep}: longer than most jobs that read an output. */
    public static final Duration DEFAULT_KEEP = Duration.ofHours(24);

    private static final long LEAST_TARGET = 1 << 20;

    /**
     * Where added columns come from.
     *
     * @param output another output, of the same images and checkpoint
     * @param unmatched what happens to rows whose image it does not have, or has in another version
     */
    public record AddedFrom(String output, Unmatched unmatched) {}

    /** What happens to {@code ok} rows that would get no values for the added columns. */
    public enum Unmatched {
        REFUSE,
        /** They are left out, so that the next run does their images again, with all columns. */
        LEAVE_OUT
    }

    /** @throws ConfigurationException if a number is out of its range */
    public CompactRequest {
        if (targetFileBytes < LEAST_TARGET) {
            throw new ConfigurationException(
                    "--target-file-size is " + targetFileBytes + " bytes, but files of less than 1 MiB are what"
                            + " compaction is to avoid. The default is 512MiB.");
        }
        if (keep.filter(Duration::isNegative).isPresent()) {
            throw new ConfigurationException(
                    "--keep-hours is negative. Give 0 to remove replaced files at once, or the hours that the longest"
                            + " reader takes.");
        }
    }
}
