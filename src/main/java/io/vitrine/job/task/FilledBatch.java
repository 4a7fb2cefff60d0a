package io.vitrine.job.task;

import io.vitrine.inference.PixelBatch;
import java.util.List;

/**
 * A batch for the model.
 *
 * @param pixels empty if all images are rejected
 * @param images in the order of the inputs, rejected ones included
 */
record FilledBatch(PixelBatch pixels, List<BatchedImage> images) {}
