package io.vitrine.job.task;

import io.vitrine.inference.FeatureModel;
import java.util.Optional;

/** Where the batches of a task come from. Used by one thread. */
interface BatchSource extends AutoCloseable {
    /** Rejected and other images that may wait in one batch, in batches: bounds memory where most images are rejected. */
    int MAX_WAITING_BATCHES = 4;

    /**
     * The next batch, valid until the next call. Full, unless there are no more images or too many are rejected.
     *
     * @return empty at the end
     */
    Optional<FilledBatch> next();

    /** Waits for what still writes into batches. */
    @Override
    default void close() {}

    /** Opens the source of a task's batches, once the model is loaded. */
    @FunctionalInterface
    interface Opener {
        /** @param runner has the batches that are filled */
        BatchSource open(FeatureModel.Runner runner);
    }
}
