package io.vitrine.job.task;

import io.vitrine.inference.BatchFeatures;
import io.vitrine.inference.PixelBatch;
import io.vitrine.job.rows.ImageResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * A task's images, lazily: fills one batch, runs the model on it, hands its rows out in the order of the inputs, fills the
 * next. Rejected images take no place in a batch but keep theirs among the rows. Used by one thread.
 */
final class ImagePipeline implements Iterator<ImageResult> {
    private final Iterator<DecodedImage> prepared;
    private final PixelBatch batch;
    private final Supplier<BatchFeatures> model;
    private final int mostWaiting;
    private final TaskTimings timings;
    private final Deque<ImageResult> ready = new ArrayDeque<>();

    /**
     * @param batch empty; its capacity is the batch size
     * @param model maps what is in the batch to features
     */
    ImagePipeline(
            Iterator<DecodedImage> prepared, PixelBatch batch, Supplier<BatchFeatures> model, TaskTimings timings) {
        this.prepared = prepared;
        this.model = model;
        this.batch = batch;
        this.mostWaiting = 4 * batch.capacity();
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
        return ready.remove();
    }

    /** Takes images until the batch is full, the input ends, or many rejected ones wait behind a batch that fills slowly. */
    private void fill() {
        List<ImageResult> waiting = new ArrayList<>();
        batch.clear();
        while (!batch.isFull() && waiting.size() < mostWaiting && prepared.hasNext()) {
            DecodedImage image = prepared.next();
            int place = image.rejected() == null ? batch.add(image.pixels()) : -1;
            waiting.add(new ImageResult(image.item(), image.ref(), image.header(), image.rejected(), null, place));
        }
        if (batch.isEmpty()) {
            ready.addAll(waiting);
            return;
        }
        long start = System.nanoTime();
        BatchFeatures features = model.get();
        timings.infer += System.nanoTime() - start;
        for (ImageResult outcome : waiting) {
            ready.add(
                    outcome.rejected() != null
                            ? outcome
                            : new ImageResult(
                                    outcome.item(), outcome.ref(), outcome.header(), null, features, outcome.place()));
        }
    }
}
