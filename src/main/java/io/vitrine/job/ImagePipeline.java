package io.vitrine.job;

import io.vitrine.inference.Batch;
import io.vitrine.inference.Features;
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
final class ImagePipeline implements Iterator<Outcome> {
    private final Iterator<PreparedImage> prepared;
    private final Batch batch;
    private final Supplier<Features> model;
    private final int mostWaiting;
    private final Timings timings;
    private final Deque<Outcome> ready = new ArrayDeque<>();

    /**
     * @param batch empty; its capacity is the batch size
     * @param model maps what is in the batch to features
     */
    ImagePipeline(Iterator<PreparedImage> prepared, Batch batch, Supplier<Features> model, Timings timings) {
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
    public Outcome next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    /** Takes images until the batch is full, the input ends, or many rejected ones wait behind a batch that fills slowly. */
    private void fill() {
        List<Outcome> waiting = new ArrayList<>();
        batch.clear();
        while (!batch.isFull() && waiting.size() < mostWaiting && prepared.hasNext()) {
            PreparedImage image = prepared.next();
            int place = image.rejected() == null ? batch.add(image.pixels()) : -1;
            waiting.add(new Outcome(image.item(), image.ref(), image.header(), image.rejected(), null, place));
        }
        if (batch.isEmpty()) {
            ready.addAll(waiting);
            return;
        }
        long start = System.nanoTime();
        Features features = model.get();
        timings.infer += System.nanoTime() - start;
        for (Outcome outcome : waiting) {
            ready.add(
                    outcome.rejected() != null
                            ? outcome
                            : new Outcome(
                                    outcome.item(), outcome.ref(), outcome.header(), null, features, outcome.place()));
        }
    }
}
