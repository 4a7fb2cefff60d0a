package io.vitrine.job;

import io.vitrine.Rejected;
import io.vitrine.catalog.ImageRef;
import io.vitrine.image.ImageHeader;
import io.vitrine.inference.Features;

/**
 * How one image ended: with features, or rejected.
 *
 * @param ref as known after reading
 * @param header null if it could not be read
 * @param rejected null if there are features
 * @param features the batch's; this image is number {@code place} in it
 */
record Outcome(WorkItem item, ImageRef ref, ImageHeader header, Rejected rejected, Features features, int place) {}
