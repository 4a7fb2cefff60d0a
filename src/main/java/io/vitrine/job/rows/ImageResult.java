package io.vitrine.job.rows;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.inference.BatchFeatures;
import java.util.Optional;

/** What became of one image: features, or a reason why it has none. */
public sealed interface ImageResult {
    WorkItem item();

    /** The image as known after reading it. */
    ImageRef ref();

    /** The file's header, where it could be read. */
    Optional<ImageHeader> header();

    /**
     * An image with features.
     *
     * @param features of the whole batch
     * @param index of the image in that batch
     */
    record Extracted(WorkItem item, ImageRef ref, Optional<ImageHeader> header, BatchFeatures features, int index)
            implements ImageResult {}

    /** An image without features. */
    record Failed(WorkItem item, ImageRef ref, Optional<ImageHeader> header, ImageRejectedException rejection)
            implements ImageResult {}
}
