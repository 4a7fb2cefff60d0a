package io.vitrine.ml;

import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.request.TaskSettings;

/**
 * Which features are wanted of a column of images.
 *
 * @param form of vectors among the features
 */
record EmbedRequest(
        ModelRequest model,
        FeatureRequest features,
        ImageRequest images,
        TaskSettings tasks,
        GpuOptions.DeviceChoice device,
        VectorForm form) {

    /** The type of vectors' columns. */
    enum VectorForm {
        /** {@code array<float>}, as the job writes them. */
        array,
        /** Spark ML's vectors, whose doubles hold the same numbers. */
        vector
    }
}
