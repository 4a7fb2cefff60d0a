package io.vitrine.job.request;

import io.vitrine.ConfigurationException;

/**
 * What a run does about images that earlier runs on the same output have done.
 *
 * @param force does all again
 * @param retryFailed does those again that failed
 * @param markDeleted writes a row for each image that is no longer there
 * @param imagesPerCommit images after which the run commits, and so what it can lose
 */
public record RerunPolicy(boolean force, boolean retryFailed, boolean markDeleted, long imagesPerCommit) {
    public static final long IMAGES_PER_COMMIT = 1_000_000;
    public static final RerunPolicy STANDARD = new RerunPolicy(false, false, false, IMAGES_PER_COMMIT);

    public RerunPolicy {
        if (imagesPerCommit < 1) {
            throw new ConfigurationException("--images-per-commit is " + imagesPerCommit + ", but must be at least 1.");
        }
    }
}
