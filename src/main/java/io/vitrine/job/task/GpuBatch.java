package io.vitrine.job.task;

import io.vitrine.fetch.Fetched;
import io.vitrine.fetch.KeptBytes;
import io.vitrine.gpu.HandOver;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.inference.PixelBatch;
import io.vitrine.job.metrics.Activity;
import io.vitrine.job.rows.WorkItem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A batch whose JPEGs a GPU decodes while the task does something else. Filled in rounds: {@link #begin} takes files until the batch is
 * full, {@link #finish} waits for them. The CPU decodes what is no JPEG at once, and what the GPU hands over at the end. A place whose
 * image turns out to be rejected goes to an image of another round, so that batches hold the images that they would hold without a GPU.
 * Used by one thread.
 */
final class GpuBatch implements AutoCloseable {
    private final GpuDecodingTask task;
    private final PixelBatch pixels;
    private final GuardedBatch gpu;
    private final int maxWaiting;
    private final List<BatchedImage> images = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private final Deque<Integer> holes = new ArrayDeque<>(); // reserved places without an image
    private long keptBytes;

    /** @param pixels its capacity is the batch size */
    GpuBatch(GpuDecodingTask task, PixelBatch pixels) {
        this.task = task;
        this.pixels = pixels;
        this.gpu = new GuardedBatch(task.decoder());
        this.maxWaiting = BatchSource.MAX_WAITING_BATCHES * pixels.capacity();
    }

    /**
     * A file that the GPU has.
     *
     * @param index among the images of the batch
     * @param nanos spent on it
     */
    private record Pending(
            int index, int place, Fetched<WorkItem> file, ImageHeader header, KeptBytes kept, long nanos) {}

    /** Takes the first files, and lets the GPU decode. */
    void begin() {
        images.clear();
        holes.clear();
        pixels.clear();
        beginRound();
    }

    private void beginRound() {
        keptBytes = 0;
        while (hasRoom() && keptBytes < task.maxKeptBytes() && task.files().hasNext()) {
            take(task.files().next());
        }
        if (!pending.isEmpty()) {
            gpu.start(pixels.pixels(), pending.stream().mapToInt(Pending::place).toArray());
        }
    }

    private boolean hasRoom() {
        return (!holes.isEmpty() || !pixels.isFull()) && images.size() < maxWaiting;
    }

    private void take(Fetched<WorkItem> file) {
        long waited = task.files().waited();
        if (!(file instanceof Fetched.Loaded<WorkItem> loaded)) {
            images.add(BatchedImage.rejected((DecodedImage.Rejected) task.cpu().decode(file, waited)));
            return;
        }
        long begun = System.nanoTime();
        boolean jpeg = GpuDecodingTask.isJpeg(loaded.bytes());
        Optional<ImageHeader> header = jpeg ? task.readHeader(loaded.bytes()) : Optional.empty();
        Optional<HandOver> refused = header.isPresent()
                ? gpu.add(loaded.bytes(), header.get())
                : Optional.of(jpeg ? HandOver.STRUCTURE : HandOver.FORMAT);
        long took = System.nanoTime() - begun;
        task.timings().add(Activity.DECODE, took);
        int place = holes.isEmpty() ? pixels.reserve() : holes.remove();
        if (refused.isPresent()) {
            images.add(decodeOnCpu(file, place, refused.get(), waited + took));
            return;
        }
        KeptBytes kept = task.files().keep();
        keptBytes += Math.max(kept.bytes(), loaded.bytes().length());
        pending.add(new Pending(images.size(), place, file, header.get(), kept, waited + took));
        images.add(
                new BatchedImage.Placed(file.item().withoutBytes(), file.ref().withoutBytes(), header.get(), place));
    }

    private BatchedImage decodeOnCpu(Fetched<WorkItem> file, int place, HandOver reason, long spentNanos) {
        task.tally().countOnCpu(DecodingTally.Reason.of(reason));
        DecodedImage decoded = task.cpu().decode(file, spentNanos);
        if (decoded instanceof DecodedImage.Pixels image) {
            pixels.put(place, image.pixels());
            return new BatchedImage.Placed(image.item(), image.ref(), image.header(), place);
        }
        holes.add(place);
        return BatchedImage.rejected((DecodedImage.Rejected) decoded);
    }

    /** Waits for the GPU, and fills the places of images that were rejected. */
    FilledBatch finish() {
        finishRound();
        while (hasRoom() && task.files().hasNext()) {
            beginRound();
            finishRound();
        }
        closeHoles();
        return new FilledBatch(pixels, List.copyOf(images));
    }

    private void finishRound() {
        long start = System.nanoTime();
        List<Optional<HandOver>> outcomes = gpu.await();
        task.timings().add(Activity.GPU_DECODE, System.nanoTime() - start);
        for (int i = 0; i < pending.size(); i++) {
            settle(pending.get(i), outcomes.get(i));
        }
        pending.clear();
    }

    private void settle(Pending file, Optional<HandOver> handedOver) {
        try (KeptBytes kept = file.kept()) {
            if (handedOver.isPresent()) {
                images.set(file.index(), decodeOnCpu(file.file(), file.place(), handedOver.get(), file.nanos()));
            } else {
                task.tally().countOnGpu();
                task.notes().note(file.file(), Optional.of(file.header()), file.nanos());
            }
        }
    }

    /** Moves the last images into the holes. */
    private void closeHoles() {
        while (!holes.isEmpty()) {
            int last = pixels.count() - 1;
            if (!holes.remove(last)) {
                int hole = holes.remove();
                pixels.put(hole, pixels.image(last));
                images.replaceAll(image -> image instanceof BatchedImage.Placed placed && placed.index() == last
                        ? placed.at(hole)
                        : image);
            }
            pixels.removeLast();
        }
    }

    /** Whether the GPU may still write pixels after {@link #close}. */
    boolean isUnsettled() {
        return gpu.isUnsettled();
    }

    /** Waits until the GPU writes no pixels, and releases the files. */
    @Override
    public void close() {
        pending.forEach(file -> file.kept().close());
        pending.clear();
        gpu.close();
    }
}
