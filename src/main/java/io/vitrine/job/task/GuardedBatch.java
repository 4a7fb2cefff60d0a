package io.vitrine.job.task;

import io.vitrine.FileBytes;
import io.vitrine.RunInterruptedException;
import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.HandOver;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.job.gpu.SharedDecoder;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A batch of a GPU's decoder that does not fail: where the decoder does, it is given up, and the files are handed over. Where the heap
 * is too small for a file, that file is handed over, and the batch's buffers are dropped. Used by one thread.
 */
final class GuardedBatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedBatch.class);

    private final SharedDecoder decoder;
    private Optional<BatchDecoder.Batch> batch = Optional.empty(); // opened by the first file
    private int files; // added and not awaited
    private int lost; // not added, because the device has failed
    private boolean isHeapShort; // the batch is closed after the files that it has
    private boolean unsettled;

    GuardedBatch(SharedDecoder decoder) {
        this.decoder = decoder;
    }

    /** Adds a file, see {@link BatchDecoder.Batch#add}. */
    Optional<HandOver> add(FileBytes file, ImageHeader header) {
        if (decoder.fault().isPresent()) {
            closeIfIdle();
            return Optional.of(HandOver.DEVICE);
        }
        Optional<HandOver> refused = guarded(() -> addGuarded(file, header), Optional.of(HandOver.DEVICE));
        files += refused.isEmpty() ? 1 : 0;
        lost += isLost(refused) ? 1 : 0;
        return refused;
    }

    private Optional<HandOver> addGuarded(FileBytes file, ImageHeader header) {
        try {
            if (batch.isEmpty()) {
                batch = decoder.newBatch();
            }
            return batch.isPresent() ? batch.get().add(file, header) : Optional.of(HandOver.DEVICE);
        } catch (RunInterruptedException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            LOG.debug("The heap has no room for a file of {} bytes on its way to a GPU", file.length(), e);
            isHeapShort = true;
            return Optional.of(HandOver.SIZE);
        } catch (RuntimeException e) { // for hostile files: one file must not end decoding on the GPU
            LOG.debug("A file cannot be prepared for a GPU", e);
            lost++; // if it is not the file, no batch will have any
            return Optional.of(HandOver.STRUCTURE);
        }
    }

    /** Begins to decode, see {@link BatchDecoder.Batch#start}. */
    void start(ByteBuffer pixels, int[] slots) {
        batch.ifPresent(open -> guarded(
                () -> {
                    open.start(pixels, slots);
                    return true;
                },
                false));
    }

    /** Waits for the added files, see {@link BatchDecoder.Batch#await}. */
    List<Optional<HandOver>> await() {
        List<Optional<HandOver>> outcomes = outcomes();
        long decoded = outcomes.stream().filter(outcome -> !isLost(outcome)).count();
        if (decoded > 0) {
            decoder.decodedBatch();
        } else if (outcomes.size() + lost > 0) {
            decoder.lostBatch();
        }
        files = 0;
        lost = 0;
        if (isHeapShort || decoder.fault().isPresent()) {
            close();
        }
        return outcomes;
    }

    private List<Optional<HandOver>> outcomes() {
        List<Optional<HandOver>> allLost = Collections.nCopies(files, Optional.of(HandOver.DEVICE));
        if (batch.isEmpty()) {
            return allLost;
        }
        if (files == 0) { // it may hold memory for files that it refused
            close();
            return allLost;
        }
        List<Optional<HandOver>> outcomes = guarded(batch.get()::await, allLost);
        if (outcomes.size() != files) {
            giveUp(new IllegalStateException(outcomes.size() + " outcomes of " + files + " files"));
            return allLost;
        }
        return outcomes;
    }

    /** A decoder that was given up is closed after its last batch. */
    private void closeIfIdle() {
        if (files == 0) {
            close();
        }
    }

    private static boolean isLost(Optional<HandOver> outcome) {
        return outcome.equals(Optional.of(HandOver.DEVICE));
    }

    /**
     * What {@code work} returns; {@code otherwise} if it fails. Errors of native code and of memory count too: Spark would end the
     * executor for them, and the CPU can go on. A heap that is full for a moment loses this batch, not the decoder.
     */
    private <T> T guarded(Supplier<T> work, T otherwise) {
        try {
            return work.get();
        } catch (RunInterruptedException e) {
            throw e;
        } catch (OutOfMemoryError e) {
            LOG.debug("The heap has no room for a batch of a GPU", e);
            close();
            return otherwise;
        } catch (RuntimeException | LinkageError e) {
            giveUp(e);
            return otherwise;
        }
    }

    private void giveUp(Throwable e) {
        LOG.debug("Decoding on a GPU failed", e);
        decoder.giveUp(e.toString());
        close(); // waits until nothing writes pixels
    }

    /** Whether the decoder could not be stopped, so that it may still write pixels. */
    boolean isUnsettled() {
        return unsettled;
    }

    /** Waits until the decoder writes no pixels. */
    @Override
    public void close() {
        Optional<BatchDecoder.Batch> open = batch;
        batch = Optional.empty();
        isHeapShort = false;
        if (open.isPresent()) {
            unsettled = true;
            open.get().close(); // if this fails, so does the task: its pixels may be overwritten
            unsettled = false;
            decoder.closedBatch();
        }
    }
}
