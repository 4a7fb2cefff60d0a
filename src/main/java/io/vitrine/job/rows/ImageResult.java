package io.vitrine.job.rows;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.inference.BatchFeatures;

/**
 * How one image ended: with features, or rejected.
 *
 * @param ref as known after reading
 * @param header null if it could not be read
 * @param rejected null if there are features
 * @param features the batch's; this image is number {@code place} in it
 */
public record ImageResult(
        WorkItem item,
        ImageRef ref,
        ImageHeader header,
        ImageRejectedException rejected,
        BatchFeatures features,
        int place) {}
