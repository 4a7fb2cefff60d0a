package io.vitrine.image.isolate;

import io.vitrine.FileBytes;
import io.vitrine.RejectionReason;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import io.vitrine.image.decode.ImageHeader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Decodes on a thread of its own, so that the caller waits no longer than a limit and can be interrupted. After an image has timed
 * out, this decoder must be closed: its thread may still be busy with the image. The thread frees the decoder's buffers itself.
 */
final class TimedDecoder implements FileDecoder {
    /** A pause of the whole process, by a suspended machine or a long collection, ends one wait of many. */
    private static final int WAITS = 10;

    private static final AtomicInteger HANGING = new AtomicInteger();

    private final FileDecoder decoder;
    private final Optional<Duration> limit;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread decoding = new Thread(task, "vitrine-decode");
        decoding.setDaemon(true);
        return decoding;
    });

    /** @param limit the longest time for one image; none if empty */
    TimedDecoder(FileDecoder decoder, Optional<Duration> limit) {
        this.decoder = decoder;
        this.limit = limit;
    }

    /** Threads of this JVM that still decode an image which has timed out. */
    static int hanging() {
        return HANGING.get();
    }

    @Override
    public DecodedFile decode(FileBytes file, Consumer<ImageHeader> listener) {
        decoder.prepare();
        AtomicReference<ImageHeader> header = new AtomicReference<>();
        Future<DecodedFile> result = thread.submit(() -> decoder.decode(file, found -> {
            header.set(found);
            listener.accept(found);
        }));
        try {
            return limit.isPresent() ? await(result, limit.get()) : result.get();
        } catch (TimeoutException e) {
            abandon();
            return DecodedFile.Rejected.of(
                    Optional.ofNullable(header.get()),
                    RejectionReason.TIMED_OUT,
                    "decoding took longer than " + limit.get().toMillis() / 1e3 + " s (--image-timeout)");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof VitrineException fault ? fault : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            abandon();
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while decoding an image", e);
        }
    }

    private static DecodedFile await(Future<DecodedFile> result, Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (int wait = 1; wait < WAITS; wait++) {
            try {
                return result.get(limit.toNanos() / WAITS, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // the next wait
            }
        }
        return result.get(limit.toNanos() / WAITS, TimeUnit.NANOSECONDS);
    }

    private void abandon() {
        HANGING.incrementAndGet();
        decoder.interrupt();
        thread.execute(HANGING::decrementAndGet); // after the decode has ended
    }

    @Override
    public void interrupt() {
        decoder.interrupt();
    }

    @Override
    public void close() {
        if (!thread.isShutdown()) {
            thread.execute(decoder::close);
            thread.shutdown();
        }
    }
}
