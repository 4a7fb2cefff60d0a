package io.vitrine.job.task;

import io.vitrine.catalog.ImageRef;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.job.rows.ImageResult;
import io.vitrine.job.rows.WorkItem;
import java.util.Optional;

/** An image of a batch, or a rejected one between them. */
sealed interface BatchedImage {
    /** The image in the form that a batch needs. */
    static BatchedImage rejected(DecodedImage.Rejected image) {
        return new Rejected(new ImageResult.Failed(image.item(), image.ref(), image.knownHeader(), image.rejection()));
    }

    /**
     * What becomes of it.
     *
     * @param features of its batch
     */
    ImageResult result(BatchFeatures features, FeatureCheck check);

    /** @param index in the batch */
    record Placed(WorkItem item, ImageRef ref, ImageHeader header, int index) implements BatchedImage {
        Placed at(int other) {
            return new Placed(item, ref, header, other);
        }

        @Override
        public ImageResult result(BatchFeatures features, FeatureCheck check) {
            Optional<ImageHeader> known = Optional.of(header);
            return check.rejection(features, index)
                    .<ImageResult>map(rejection -> new ImageResult.Failed(item, ref, known, rejection))
                    .orElseGet(() -> new ImageResult.Extracted(item, ref, known, features, index));
        }
    }

    /** An image without a place in the batch. */
    record Rejected(ImageResult.Failed failed) implements BatchedImage {
        @Override
        public ImageResult result(BatchFeatures features, FeatureCheck check) {
            return failed;
        }
    }
}
