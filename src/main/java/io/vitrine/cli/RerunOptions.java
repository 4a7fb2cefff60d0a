package io.vitrine.cli;

import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.request.RerunPolicy;
import picocli.CommandLine.Option;

/** The options that say what a run does about images of earlier runs on the same output. */
@Section("Reruns")
final class RerunOptions {
    @Brief("Print the plan, and extract nothing")
    @Option(
            names = "--dry-run",
            description = "Print the plan, and extract nothing. Only the checkpoint is fetched to this host.")
    private boolean dryRun;

    @Brief("Do images of earlier runs again")
    @Option(
            names = "--force",
            description =
                    "Do images again that earlier runs on this output have done. Without it, new and changed images"
                            + " are done (by path and version tag, or length and time), and images that failed for a reason"
                            + " outside the file: unreadable, missing, changed, out_of_memory, timed_out, crashed.")
    private boolean force;

    @Brief("Do images again that failed in earlier runs")
    @Option(
            names = "--retry-failed",
            description = "Do images again that failed in earlier runs, also those whose file is the reason: corrupt,"
                    + " truncated, unsupported and others.")
    private boolean retryFailed;

    @Brief("Mark images that are gone from the input")
    @Option(
            names = "--mark-deleted",
            description = "Write a row of status deleted for each image of earlier runs that is gone from the input.")
    private boolean markDeleted;

    @Option(
            names = "--images-per-commit",
            paramLabel = "N",
            defaultValue = "" + RerunPolicy.DEFAULT_IMAGES_PER_COMMIT,
            description = "Commit after every N images: a run that dies loses at most these.")
    private long imagesPerCommit;

    @Option(
            names = "--max-failures",
            paramLabel = "N|P%",
            defaultValue = "50%",
            converter = FailureLimitConverter.class,
            description = "End with exit code 8 if more images than this failed: a number of images or a share, such as"
                    + " 1%%. Their rows and those of the good images are committed. Earlier runs' failures count too.")
    private FailureLimit maxFailures;

    boolean isDryRun() {
        return dryRun;
    }

    FailureLimit maxFailures() {
        return maxFailures;
    }

    RerunPolicy policy() {
        return RerunPolicy.builder()
                .redo(redo())
                .missing(markDeleted ? RerunPolicy.Missing.MARK_DELETED : RerunPolicy.Missing.KEEP)
                .imagesPerCommit(imagesPerCommit)
                .build();
    }

    private RerunPolicy.Redo redo() {
        if (force) {
            return RerunPolicy.Redo.ALL;
        }
        return retryFailed ? RerunPolicy.Redo.ALL_FAILURES : RerunPolicy.Redo.TRANSIENT_FAILURES;
    }
}
