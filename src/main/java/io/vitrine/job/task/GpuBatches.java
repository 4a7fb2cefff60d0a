package io.vitrine.job.task;

import io.vitrine.inference.PixelBatch;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Two batches: while the model runs on one, the GPU decodes the next. Never further ahead. */
final class GpuBatches implements BatchSource {
    private final GpuDecodingTask task;
    private final PixelBatch first;
    private final Supplier<PixelBatch> second;
    private final Runnable discard;
    private Optional<GpuBatch> given = Optional.empty(); // to the model
    private Optional<GpuBatch> begun = Optional.empty();
    private Optional<GpuBatch> free = Optional.empty();
    private boolean started;

    /**
     * @param first pixels of the first batch
     * @param second pixels of the second batch, asked for if there is one
     * @param discard keeps both from being reused
     */
    GpuBatches(GpuDecodingTask task, PixelBatch first, Supplier<PixelBatch> second, Runnable discard) {
        this.task = task;
        this.first = first;
        this.second = second;
        this.discard = discard;
    }

    @Override
    public Optional<FilledBatch> next() {
        if (!started) {
            started = true;
            free = Optional.of(new GpuBatch(task, first));
            begin();
        }
        if (begun.isEmpty()) {
            return Optional.empty();
        }
        GpuBatch current = begun.get();
        FilledBatch filled = current.finish();
        begun = Optional.empty();
        free = given;
        given = Optional.of(current);
        begin();
        return Optional.of(filled);
    }

    /** Begins the next batch, if there are more images. The second one takes its memory only then. */
    private void begin() {
        if (!task.files().hasNext()) {
            return;
        }
        GpuBatch next = free.orElseGet(() -> new GpuBatch(task, second.get()));
        begun = Optional.of(next); // closed also if beginning fails
        next.begin();
    }

    @Override
    public void close() {
        List<GpuBatch> batches =
                Stream.of(begun, given, free).flatMap(Optional::stream).toList();
        Optional<Throwable> fault = Optional.empty();
        for (GpuBatch batch : batches) {
            fault = close(batch, fault);
        }
        if (batches.stream().anyMatch(GpuBatch::isUnsettled)) {
            discard.run();
        }
        fault.ifPresent(GpuBatches::rethrow);
    }

    /** Closes a batch. Returns the first fault, which keeps the others. */
    private static Optional<Throwable> close(GpuBatch batch, Optional<Throwable> before) {
        try {
            batch.close();
            return before;
        } catch (RuntimeException | Error e) {
            before.ifPresent(first -> first.addSuppressed(e));
            return Optional.of(before.orElse(e));
        }
    }

    private static void rethrow(Throwable fault) {
        if (fault instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) fault;
    }
}
