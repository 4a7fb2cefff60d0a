package io.vitrine.job.request;

/**
 * What a run does about images that earlier runs on the same output have done.
 *
 * @param redo which of them it does again
 * @param missing what it does about those that are no longer in the input
 * @param imagesPerCommit images per commit: a run that dies loses at most these
 */
public record RerunPolicy(Redo redo, Missing missing, long imagesPerCommit) {
    public static final long DEFAULT_IMAGES_PER_COMMIT = 1_000_000;
    public static final RerunPolicy DEFAULT = builder().build();

    /** Which images of earlier runs are done again. New images and those that have changed are always done. */
    public enum Redo {
        /**
         * Those whose failure the file is not the reason of, such as a missing permission: see
         * {@link io.vitrine.RejectionReason.Retry#ALWAYS}.
         */
        TRANSIENT_FAILURES,
        /** Those that failed, whatever the reason. */
        ALL_FAILURES,
        /** All. */
        ALL
    }

    /** What happens to images of earlier runs that are no longer in the input. */
    public enum Missing {
        /** Nothing. */
        KEEP,
        /** Each gets a row of status {@code deleted}. */
        MARK_DELETED
    }

    public RerunPolicy {
        Checks.requireAtLeast("--images-per-commit", imagesPerCommit, 1);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Builds a policy. */
    public static final class Builder {
        private Redo redo = Redo.TRANSIENT_FAILURES;
        private Missing missing = Missing.KEEP;
        private long imagesPerCommit = DEFAULT_IMAGES_PER_COMMIT;

        private Builder() {}

        public Builder redo(Redo choice) {
            this.redo = choice;
            return this;
        }

        public Builder missing(Missing choice) {
            this.missing = choice;
            return this;
        }

        public Builder imagesPerCommit(long images) {
            this.imagesPerCommit = images;
            return this;
        }

        public RerunPolicy build() {
            return new RerunPolicy(redo, missing, imagesPerCommit);
        }
    }
}
