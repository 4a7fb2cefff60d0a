package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.cuda.DeviceException;
import io.vitrine.cuda.DeviceException.Damage;
import io.vitrine.image.decode.ImageHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The batch of one thread. Only {@link #answer} is for another. */
final class TaskBatch implements BatchDecoder.Batch {
    private static final Logger LOG = LoggerFactory.getLogger(TaskBatch.class);

    private final ImagePreparation preparation;
    private final BatchStream stream;
    private final DecodeQueue queue;
    private final OutputForm form;
    private final List<PreparedImage> images = new ArrayList<>();
    private final List<Optional<HandOver>> answers = new ArrayList<>(); // guarded by this
    private final String device;
    private final Patience patience;
    private ByteBuffer pixels;
    private int pending; // guarded by this
    private boolean abandoned; // guarded by this

    /** @param device for messages */
    TaskBatch(
            ImagePreparation preparation,
            BatchStream stream,
            DecodeQueue queue,
            OutputForm form,
            String device,
            Patience patience) {
        this.preparation = preparation;
        this.stream = stream;
        this.queue = queue;
        this.form = form;
        this.device = device;
        this.patience = patience;
    }

    @Override
    public Optional<HandOver> add(FileBytes file, ImageHeader header) {
        requireIdle();
        if (queue.isClosed()) {
            return Optional.of(HandOver.DEVICE);
        }
        try {
            images.add(preparation.prepare(file, header, stream));
            return Optional.empty();
        } catch (HandOverException e) {
            return Optional.of(e.reason());
        }
    }

    @Override
    public void start(ByteBuffer target, int[] slots) {
        requireIdle();
        if (!target.isDirect() || slots.length < images.size()) {
            throw new IllegalArgumentException(
                    "pixels of " + images.size() + " files need direct memory and as many slots, not " + slots.length);
        }
        List<DecodeQueue.Entry> entries = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            if (slots[i] < 0 || (slots[i] + 1L) * form.bytes() > target.capacity()) {
                throw new IllegalArgumentException("slot " + slots[i] + " is outside of " + target);
            }
            PreparedImage image = images.get(i);
            long device = ImageMemory.bytes(image, form);
            entries.add(new DecodeQueue.Entry(this, image, i, slots[i], device, ImageMemory.structureBytes(image)));
        }
        pixels = target;
        synchronized (this) {
            answers.addAll(Collections.nCopies(images.size(), Optional.of(HandOver.DEVICE)));
            pending = images.size();
        }
        if (!queue.add(entries)) {
            entries.forEach(entry -> answer(entry.index(), Optional.of(HandOver.DEVICE)));
        }
    }

    private synchronized void requireIdle() {
        if (!answers.isEmpty()) {
            throw new IllegalStateException("the batch was started, and its files were not awaited");
        }
    }

    /** What the files are copied from. */
    BatchStream stream() {
        return stream;
    }

    /** Where the pixels of a slot go. */
    ByteBuffer pixels(int firstSlot, int slots) {
        int from = firstSlot * form.bytes();
        return pixels.duplicate().clear().position(from).limit(from + slots * form.bytes());
    }

    /** Says what became of a file. Nothing writes its pixels from here on. */
    synchronized void answer(int index, Optional<HandOver> answer) {
        answers.set(index, answer);
        if (--pending == 0) {
            notifyAll();
        }
    }

    /**
     * Waits even if the thread is interrupted: the device writes to memory that the caller may free. But not for ever.
     *
     * @throws DeviceException if the device does not answer. It may still read and write what the batch holds, so nothing of it is ever
     *     given back, and every later call throws this too
     */
    @Override
    public List<Optional<HandOver>> await() {
        List<Optional<HandOver>> result;
        synchronized (this) {
            awaitAnswers();
            result = List.copyOf(answers);
            answers.clear();
        }
        images.clear();
        pixels = null;
        stream.clear();
        return result;
    }

    private synchronized void awaitAnswers() {
        long start = System.nanoTime();
        Duration next = patience.warning();
        boolean interrupted = false;
        while (pending > 0 && !abandoned) {
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            if (waited.compareTo(patience.limit()) >= 0) {
                abandoned = true;
                LOG.warn("{}; the CPU decodes from here on", silence(patience.limit()));
                queue.abandon().forEach(entry -> entry.batch().answer(entry.index(), Optional.of(HandOver.DEVICE)));
            } else if (waited.compareTo(next) >= 0) {
                LOG.warn(
                        "{}; its task waits for at most {} s",
                        silence(patience.warning()),
                        patience.limit().toSeconds());
                next = patience.limit();
            } else {
                try {
                    wait(Math.max(1, next.minus(waited).toMillis()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (pending > 0) {
            throw new DeviceException(
                    silence(patience.limit())
                            + ". It may still write their pixels, so the task ends; others decode on the CPU. Check the GPU"
                            + " with nvidia-smi",
                    Damage.NONE);
        }
    }

    private String silence(Duration waited) {
        return device + " has not decoded " + pending + " of " + answers.size() + " JPEGs of a batch in "
                + waited.toSeconds() + " s";
    }

    @Override
    public void close() {
        await();
    }
}
