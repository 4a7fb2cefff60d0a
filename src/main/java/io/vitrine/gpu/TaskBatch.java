package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.image.decode.ImageHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The batch of one thread. Only {@link #answer} is for another. */
final class TaskBatch implements BatchDecoder.Batch {
    private final ImagePreparation preparation;
    private final BatchStream stream;
    private final DecodeQueue queue;
    private final OutputForm form;
    private final List<PreparedImage> images = new ArrayList<>();
    private final List<Optional<HandOver>> answers = new ArrayList<>(); // guarded by this
    private ByteBuffer pixels;
    private int pending; // guarded by this

    TaskBatch(ImagePreparation preparation, BatchStream stream, DecodeQueue queue, OutputForm form) {
        this.preparation = preparation;
        this.stream = stream;
        this.queue = queue;
        this.form = form;
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
            entries.add(new DecodeQueue.Entry(this, image, i, slots[i], ImageMemory.bytes(image, form)));
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

    /** Waits even if the thread is interrupted: the device writes to memory that the caller may free. */
    @Override
    public List<Optional<HandOver>> await() {
        boolean interrupted = false;
        List<Optional<HandOver>> result;
        synchronized (this) {
            while (pending > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            result = List.copyOf(answers);
            answers.clear();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        images.clear();
        pixels = null;
        stream.clear();
        return result;
    }

    @Override
    public void close() {
        await();
    }
}
