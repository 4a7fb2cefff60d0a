package io.vitrine.job.task;

import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.PixelBatch;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.rows.ImageResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs the model on a batch, returns its results in the order of the inputs, then takes the next. A rejected image takes no place in
 * a batch and keeps its place among the results. So does an image whose features are rejected. Used by one thread.
 */
final class ImagePipeline implements Iterator<ImageResult> {
    private final BatchSource batches;
    private final Function<PixelBatch, BatchFeatures> model;
    private final FeatureCheck check;
    private final TaskTimings timings;
    private final Deque<ImageResult> ready = new ArrayDeque<>();
    private Optional<PixelBatch> pixels = Optional.empty();

    /** @param check of each image's features */
    ImagePipeline(
            BatchSource batches, Function<PixelBatch, BatchFeatures> model, FeatureCheck check, TaskTimings timings) {
        this.batches = batches;
        this.model = model;
        this.check = check;
        this.timings = timings;
    }

    @Override
    public boolean hasNext() {
        if (ready.isEmpty()) {
            batches.next().ifPresent(this::run);
        }
        return !ready.isEmpty();
    }

    @Override
    public ImageResult next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    /** The batch of the last result, until {@link #hasNext} is called. */
    PixelBatch pixels() {
        return pixels.orElseThrow();
    }

    private void run(FilledBatch batch) {
        pixels = Optional.of(batch.pixels());
        if (batch.pixels().isEmpty()) {
            batch.images().forEach(image -> ready.add(((BatchedImage.Rejected) image).failed()));
            return;
        }
        BatchFeatures features = infer(batch.pixels());
        batch.images().forEach(image -> ready.add(image.result(features, check)));
    }

    private BatchFeatures infer(PixelBatch batch) {
        long start = System.nanoTime();
        BatchFeatures features = model.apply(batch);
        timings.add(Activity.INFER, System.nanoTime() - start);
        timings.addBatch(batch.count(), batch.capacity());
        return features;
    }
}
