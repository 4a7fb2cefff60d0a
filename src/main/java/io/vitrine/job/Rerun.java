package io.vitrine.job;

import io.vitrine.VitrineException;

/**
 * What a run does about images that earlier runs on the same output have done.
 *
 * @param force does all again
 * @param retryFailed does those again that failed
 * @param markDeleted writes a row for each image that is no longer there
 * @param imagesPerCommit images after which the run commits, and so what it can lose
 */
public record Rerun(boolean force, boolean retryFailed, boolean markDeleted, long imagesPerCommit) {
    public static final long IMAGES_PER_COMMIT = 1_000_000;
    public static final Rerun STANDARD = new Rerun(false, false, false, IMAGES_PER_COMMIT);

    public Rerun {
        if (imagesPerCommit < 1) {
            throw new VitrineException("--images-per-commit is " + imagesPerCommit + ", but must be at least 1.");
        }
    }
}
