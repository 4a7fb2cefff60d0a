package io.vitrine.job;

import io.vitrine.RejectionReason;
import io.vitrine.TooManyFailuresException;
import io.vitrine.job.plan.ImageCounts;
import io.vitrine.job.request.FailureLimit;
import io.vitrine.job.rows.RowStatus;
import io.vitrine.report.Counted;
import io.vitrine.report.RunRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether too many images failed: of the whole input, earlier runs' failures included, or of the images that this run does
 * for the first time.
 *
 * <p>The second question finds a night without permissions on an output of millions of good images. It leaves out images that
 * failed before, because a run may have nothing else to do, and small numbers, of which a share says little.
 *
 * @param counts of the input, before the run
 */
record FailureCheck(FailureLimit limit, ImageCounts counts) {
    /** The fewest new images whose share of failures is judged. */
    static final int MIN_NEW_IMAGES = 100;

    private static final int REASONS = 3;

    /**
     * Whether the run should end here: its failures exceed the limit, whatever becomes of the other images. Earlier runs' failures
     * alone do not keep a run from its new images.
     *
     * @param failed images of this run so far
     */
    boolean shouldStop(long failed) {
        return isExceeded(failed) && isAllowed(ofInput(0));
    }

    private boolean isExceeded(long failed) {
        return !isAllowed(ofInput(failed)) || isNewExceeded(failed);
    }

    private boolean isNewExceeded(long failed) {
        Share ofNew = ofNew(failed);
        return ofNew.images >= MIN_NEW_IMAGES && !isAllowed(ofNew);
    }

    private boolean isAllowed(Share share) {
        return limit.allows(share.failed, share.images);
    }

    private Share ofInput(long failed) {
        return new Share(failed + counts.doneFailed(), counts.total());
    }

    /** At least so many new images failed: as if all that failed before had failed again. */
    private Share ofNew(long failed) {
        return new Share(Math.max(0, failed - counts.retried()), counts.toDo() - counts.retried());
    }

    /** @throws TooManyFailuresException if the limit is exceeded */
    void require(RunRecord record) {
        if (isExceeded(record.failed())) {
            throw new TooManyFailuresException(message(record));
        }
    }

    private String message(RunRecord record) {
        boolean input = !isAllowed(ofInput(record.failed()));
        Share share = input ? ofInput(record.failed()) : ofNew(record.failed());
        return "Too many images failed: " + share + (input ? "" : " new ones") + "; the limit is " + limit
                + " (--max-failures). " + reasons(record) + " " + committed(record)
                + " Repair the cause and run again. The next run tries images again that are " + transientStatuses()
                + "; with --retry-failed it tries all that failed. If so many failures are normal for this input, raise"
                + " --max-failures.";
    }

    private String committed(RunRecord record) {
        long done = record.ok() + record.failed();
        String rows = done == 0
                ? "This run had nothing to do."
                : "The rows of this run's " + Counted.of(done, "image") + " are committed.";
        long left = counts.toDo() - done;
        return left == 0 ? rows : rows + String.format(Locale.ROOT, " It stopped before the other %,d.", left);
    }

    private String reasons(RunRecord record) {
        List<Reason> reasons = new ArrayList<>();
        Map<String, RunRecord.Example> examples = new TreeMap<>();
        record.examples().forEach(example -> examples.put(example.status(), example));
        record.images().forEach((status, images) -> {
            if (RowStatus.isFailure(status)) {
                RunRecord.Example example = examples.get(status);
                reasons.add(new Reason(
                        images,
                        status,
                        example == null ? "" : ", such as " + example.path() + " (" + example.error() + ")"));
            }
        });
        counts.done().forEach((status, images) -> {
            if (RowStatus.isFailure(status)) {
                reasons.add(new Reason(
                        images,
                        status + " in earlier runs",
                        ", such as " + counts.examples().get(status)));
            }
        });
        return reasons.stream()
                .sorted(Comparator.comparingLong(Reason::images).reversed())
                .limit(REASONS)
                .map(reason -> String.format(Locale.ROOT, "%,d %s%s.", reason.images, reason.what, reason.example))
                .collect(Collectors.joining(" "));
    }

    private static String transientStatuses() {
        return Stream.of(RejectionReason.values())
                .filter(reason -> reason.retry() == RejectionReason.Retry.ALWAYS)
                .map(RowStatus::of)
                .collect(Collectors.joining(", "));
    }

    private record Reason(long images, String what, String example) {}

    private record Share(long failed, long images) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%,d of %,d", failed, images);
        }
    }
}
