package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.inference.BatchFeatures;
import java.util.Optional;

/** Decides whether an image's features may be written. */
@FunctionalInterface
interface FeatureCheck {
    /** Why image {@code index} of a batch is rejected; empty if its features are fine. */
    Optional<ImageRejectedException> rejection(BatchFeatures features, int index);
}
