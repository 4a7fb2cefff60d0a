package io.vitrine.job.task;

import io.vitrine.image.decode.ImageHeader;
import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.PixelBatch;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.rows.ImageResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Fills a batch, runs the model on it, returns its results in the order of the inputs, then fills the next. A rejected image
 * takes no place in a batch and keeps its place among the results. So does an image whose features are rejected. Used by one thread.
 */
final class ImagePipeline implements Iterator<ImageResult> {
    /** Results that may wait for a batch to fill, in batches: bounds memory where most images are rejected. */
    private static final int MAX_WAITING_BATCHES = 4;

    private final Iterator<DecodedImage> images;
    private final PixelBatch batch;
    private final Supplier<BatchFeatures> model;
    private final FeatureCheck check;
    private final int maxWaiting;
    private final TaskTimings timings;
    private final Deque<Supplier<ImageResult>> ready = new ArrayDeque<>();

    /**
     * @param batch empty; its capacity is the batch size
     * @param model maps the content of {@code batch} to features
     * @param check of each image's features
     */
    ImagePipeline(
            Iterator<DecodedImage> images,
            PixelBatch batch,
            Supplier<BatchFeatures> model,
            FeatureCheck check,
            TaskTimings timings) {
        this.images = images;
        this.model = model;
        this.batch = batch;
        this.check = check;
        this.maxWaiting = MAX_WAITING_BATCHES * batch.capacity();
        this.timings = timings;
    }

    @Override
    public boolean hasNext() {
        if (ready.isEmpty()) {
            fill();
        }
        return !ready.isEmpty();
    }

    @Override
    public ImageResult next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove().get();
    }

    private void fill() {
        List<Waiting> waiting = new ArrayList<>();
        batch.clear();
        while (!batch.isFull() && waiting.size() < maxWaiting && images.hasNext()) {
            DecodedImage image = images.next();
            int index = image instanceof DecodedImage.Pixels decoded ? batch.add(decoded.pixels()) : Waiting.NONE;
            waiting.add(new Waiting(image, index));
        }
        if (batch.isEmpty()) {
            waiting.forEach(rejected -> ready.add(rejected::failed));
            return;
        }
        BatchFeatures features = infer();
        // Each image is checked just before its row is made: a batch's features are larger than a core's cache.
        waiting.forEach(image -> ready.add(() -> image.result(features, check)));
    }

    private BatchFeatures infer() {
        long start = System.nanoTime();
        BatchFeatures features = model.get();
        timings.add(Activity.INFER, System.nanoTime() - start);
        timings.addBatch(batch.count(), batch.capacity());
        return features;
    }

    /**
     * An image that waits for the model.
     *
     * @param index in the batch, or {@link #NONE} if the image is rejected
     */
    private record Waiting(DecodedImage image, int index) {
        static final int NONE = -1;

        ImageResult result(BatchFeatures features, FeatureCheck check) {
            if (!(image instanceof DecodedImage.Pixels decoded)) {
                return failed();
            }
            Optional<ImageHeader> header = Optional.of(decoded.header());
            return check.rejection(features, index)
                    .<ImageResult>map(
                            rejection -> new ImageResult.Failed(decoded.item(), decoded.ref(), header, rejection))
                    .orElseGet(() -> new ImageResult.Extracted(decoded.item(), decoded.ref(), header, features, index));
        }

        ImageResult failed() {
            DecodedImage.Rejected rejected = (DecodedImage.Rejected) image;
            return new ImageResult.Failed(
                    rejected.item(), rejected.ref(), rejected.knownHeader(), rejected.rejection());
        }
    }
}
