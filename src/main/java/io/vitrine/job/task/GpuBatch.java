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
    private final List<HandedOver> handedOver = new ArrayList<>(); // by the last round

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
     * @param memory bytes of the heap
     * @param nanos spent on it
     */
    private record Pending(
            int index,
            int place,
            Fetched<WorkItem> file,
            ImageHeader header,
            KeptBytes kept,
            long memory,
            long nanos) {}

    private record HandedOver(Pending file, HandOver reason) {}

    /** Takes the first files, and lets the GPU decode. */
    void begin() {
        images.clear();
        holes.clear();
        pixels.clear();
        beginRound();
    }

    /** Files that the GPU handed over, and which the CPU still has to decode, take part of the memory for a round. */
    private void beginRound() {
        long keptBytes =
                handedOver.stream().mapToLong(left -> left.file().memory()).sum();
        while (hasRoom() && keptBytes < task.maxKeptBytes() && task.files().hasNext()) {
            keptBytes += take(task.files().next());
        }
        if (!pending.isEmpty()) {
            gpu.start(pixels.pixels(), pending.stream().mapToInt(Pending::place).toArray());
        }
    }

    private boolean hasRoom() {
        return (!holes.isEmpty() || !pixels.isFull()) && images.size() < maxWaiting;
    }

    /** Returns the bytes that stay on the heap. */
    private long take(Fetched<WorkItem> file) {
        long waited = task.files().waited();
        if (!(file instanceof Fetched.Loaded<WorkItem> loaded)) {
            images.add(BatchedImage.rejected((DecodedImage.Rejected) task.cpu().decode(file, waited)));
            return 0;
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
            return 0;
        }
        KeptBytes kept = task.files().keep();
        long memory = Math.max(kept.bytes(), loaded.bytes().length());
        pending.add(new Pending(images.size(), place, file, header.get(), kept, memory, waited + took));
        images.add(
                new BatchedImage.Placed(file.item().withoutBytes(), file.ref().withoutBytes(), header.get(), place));
        return memory;
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

    /**
     * Waits for the GPU, and fills the places of images that were rejected. What the GPU handed over, the CPU decodes while the GPU
     * decodes the next round.
     */
    FilledBatch finish() {
        awaitRound();
        boolean more = hasRoom() && task.files().hasNext();
        while (more || !handedOver.isEmpty()) {
            List<HandedOver> left = List.copyOf(handedOver);
            if (more) {
                beginRound();
            }
            settle(left);
            if (more) {
                awaitRound();
            }
            more = hasRoom() && task.files().hasNext();
        }
        closeHoles();
        return new FilledBatch(pixels, List.copyOf(images));
    }

    private void awaitRound() {
        long start = System.nanoTime();
        List<Optional<HandOver>> outcomes = gpu.await();
        task.timings().add(Activity.GPU_DECODE, System.nanoTime() - start);
        for (int i = 0; i < outcomes.size(); i++) {
            Pending file = pending.get(i);
            if (outcomes.get(i).isPresent()) {
                handedOver.add(new HandedOver(file, outcomes.get(i).get()));
            } else {
                file.kept().close();
                task.tally().countOnGpu();
                task.notes().note(file.file(), Optional.of(file.header()), file.nanos());
            }
        }
        pending.clear();
    }

    /** Decodes files on the CPU. */
    private void settle(List<HandedOver> files) {
        for (HandedOver left : files) {
            Pending file = left.file();
            handedOver.remove(0);
            try (KeptBytes kept = file.kept()) {
                images.set(file.index(), decodeOnCpu(file.file(), file.place(), left.reason(), file.nanos()));
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
        handedOver.forEach(left -> left.file().kept().close());
        handedOver.clear();
        gpu.close();
    }
}
