package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import io.vitrine.catalog.StorageErrors;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Reads a task's objects a few ahead, in order, so that storage latency hides behind the model.
 *
 * <p>Bounded by count and by bytes. With {@code ahead} 8 and {@code aheadBytes} 64 MiB a task holds up to eight objects or 64 MiB
 * of them, whichever is less, but always at least one. The object in use comes on top. The bytes counted are those of {@link
 * ByteArrayPool}'s arrays, whose lengths are powers of two: a file of 9 MiB counts as 16 MiB.
 *
 * @param <T> what the caller wants to do with an object
 */
public final class Prefetch<T> implements Iterator<Fetched<T>>, AutoCloseable {
    private static final long LOOK_MILLIS = 200; // between two looks at a read that a task waits for
    private static final Duration PAUSE = Duration.ofSeconds(5); // a look that takes longer was suspended

    private final Iterator<T> items;
    private final Function<T, ImageRef> ref;
    private final SourceReader reader;
    private final ByteArrayPool pool;
    private final int ahead;
    private final long aheadBytes;
    private final ExecutorService threads;
    private final Deque<Pending<T>> pending = new ArrayDeque<>();
    private Optional<FileBytes> handedOut = Optional.empty();
    private Optional<T> postponed = Optional.empty(); // taken from items; must wait until there is room
    private long pendingBytes;

    /**
     * A read that was asked for.
     *
     * @param bytes reserved for it
     */
    private record Pending<T>(Future<Attempt<T>> attempt, T item, ObjectRead read, long bytes) {}

    /**
     * A read ahead of time.
     *
     * @param result empty if the object was too large to be read ahead
     */
    private record Attempt<T>(T item, ImageRef known, Optional<Fetched<T>> result) {}

    /**
     * @param ref the object of an item
     * @param ahead objects read ahead at most
     * @param aheadBytes bytes read ahead at most
     */
    public Prefetch(Iterator<T> items, Function<T, ImageRef> ref, SourceReader reader, int ahead, long aheadBytes) {
        this(items, ref, reader, ahead, aheadBytes, threads(ahead));
    }

    Prefetch(
            Iterator<T> items,
            Function<T, ImageRef> ref,
            SourceReader reader,
            int ahead,
            long aheadBytes,
            ExecutorService threads) {
        this.items = items;
        this.ref = ref;
        this.reader = reader;
        this.pool = new ByteArrayPool(aheadBytes);
        this.ahead = ahead;
        this.aheadBytes = aheadBytes;
        this.threads = threads;
    }

    /** Threads for {@code count} reads, and more if some hang in reads that were given up. */
    private static ExecutorService threads(int count) {
        return new ThreadPoolExecutor(
                count, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "vitrine-fetch");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public boolean hasNext() {
        fill();
        if (pending.isEmpty()) { // the rest of the task has other uses for the memory
            handedOut = Optional.empty();
            pool.clear();
        }
        return !pending.isEmpty();
    }

    /**
     * The next object, in the order of the items.
     *
     * @throws StorageException if the store fails
     */
    @Override
    public Fetched<T> next() {
        releaseHandedOut();
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Pending<T> first = pending.remove();
        pendingBytes -= first.bytes;
        Attempt<T> attempt = await(first);
        fill();
        Fetched<T> fetched = attempt.result.orElseGet(() -> readAlone(attempt));
        if (fetched instanceof Fetched.Loaded<T> loaded) {
            handedOut = Optional.of(loaded.bytes());
        }
        return fetched;
    }

    private Fetched<T> readAlone(Attempt<T> attempt) {
        return await(submit(attempt.item, attempt.known, 0, read -> read(attempt.item, attempt.known, read)))
                .result
                .orElseThrow();
    }

    /** The result of a read; a rejection if it takes too long. */
    private Attempt<T> await(Pending<T> asked) {
        boolean warned = false;
        try {
            while (true) {
                Duration timeout = health(asked).isGone()
                        ? StoreHealth.PROBE
                        : reader.limits().timeout();
                long look = System.nanoTime();
                try {
                    return asked.attempt.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    if (System.nanoTime() - look > PAUSE.toNanos()) { // this process did not run, nor did the reads
                        pending.forEach(waiting -> waiting.read.restartStretch());
                        asked.read.restartStretch();
                    }
                    if (asked.read.isOverdue(timeout) && asked.read.abandon()) {
                        return giveUp(asked);
                    }
                    warned = warned || SlowReads.warn(asked.read, timeout);
                }
            }
        } catch (ExecutionException e) {
            close();
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            if (asked.read.abandon()) {
                health(asked).left();
            }
            close();
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while fetching an image", e);
        }
    }

    /** Leaves a read behind. Its thread ends when the file system returns. */
    private Attempt<T> giveUp(Pending<T> asked) {
        ObjectRead read = asked.read;
        StoreHealth health = health(asked);
        health.left();
        asked.attempt.cancel(true);
        IOException stalled = new SocketTimeoutException(String.format(
                Locale.ROOT,
                "too slow: %d bytes in %.1f s (--object-timeout, --object-rate)",
                read.bytes(),
                read.age().toMillis() / 1000.0));
        if (health.failed()) {
            close();
            throw StorageErrors.of(StoreHealth.GONE, read.ref().path(), stalled);
        }
        if (health.hasTooManyLeft()) {
            close();
            throw StorageErrors.of(StoreHealth.HANGS, read.ref().path(), stalled);
        }
        ImageRejectedException rejection = new ImageRejectedException(RejectionReason.UNREADABLE, stalled.getMessage());
        return new Attempt<>(
                asked.item, read.ref(), Optional.of(new Fetched.Rejected<>(asked.item, read.ref(), rejection)));
    }

    private static StoreHealth health(Pending<?> asked) {
        return StoreHealth.of(asked.read.ref().path());
    }

    private void releaseHandedOut() {
        handedOut.ifPresent(bytes -> pool.release(bytes.array()));
        handedOut = Optional.empty();
    }

    private void fill() {
        while (pending.size() < ahead && (postponed.isPresent() || items.hasNext())) {
            T item = postponed.orElseGet(items::next);
            postponed = Optional.empty();
            ImageRef target = ref.apply(item);
            long bytes = target.isListed() ? pool.capacity(target.length()) : share();
            if (!pending.isEmpty() && pendingBytes + bytes > aheadBytes) {
                postponed = Optional.of(item);
                return;
            }
            pendingBytes += bytes;
            pending.add(submit(item, target, bytes, read -> readAhead(item, target, read)));
        }
    }

    /** Bytes reserved for an object of unknown length. A larger one is read when its turn comes. */
    private long share() {
        return aheadBytes / ahead;
    }

    private Pending<T> submit(T item, ImageRef target, long bytes, Function<ObjectRead, Attempt<T>> work) {
        ObjectRead read = new ObjectRead(target, reader.limits());
        if (bytes > 0 && !target.isListed()) {
            read.limitRoom(bytes);
        }
        return new Pending<>(threads.submit(() -> run(read, work)), item, read, bytes);
    }

    private Attempt<T> run(ObjectRead read, Function<ObjectRead, Attempt<T>> work) {
        read.start();
        Optional<Attempt<T>> attempt = Optional.empty();
        try {
            attempt = Optional.of(work.apply(read));
            return attempt.get();
        } finally {
            if (!read.finish()) {
                attempt.flatMap(Attempt::result).ifPresent(this::release);
                StoreHealth.of(read.ref().path()).returned();
            }
        }
    }

    private void release(Fetched<T> fetched) {
        if (fetched instanceof Fetched.Loaded<T> loaded) {
            pool.release(loaded.bytes().array());
        }
    }

    private Attempt<T> readAhead(T item, ImageRef target, ObjectRead read) {
        try {
            ImageRef known = reader.stat(target, read);
            boolean tooLarge = !target.isListed() && pool.capacity(known.length()) > share();
            return tooLarge ? new Attempt<>(item, known, Optional.empty()) : read(item, known, read);
        } catch (ImageRejectedException e) {
            return new Attempt<>(item, target, Optional.of(new Fetched.Rejected<>(item, target, e)));
        } catch (NoRoomException e) {
            return new Attempt<>(item, target, Optional.empty());
        }
    }

    private Attempt<T> read(T item, ImageRef known, ObjectRead read) {
        Fetched<T> fetched;
        try {
            SourceReader.Content content = reader.read(known, pool, read);
            fetched = new Fetched.Loaded<>(item, content.ref(), content.bytes());
        } catch (ImageRejectedException e) {
            fetched = new Fetched.Rejected<>(item, known, e);
        }
        return new Attempt<>(item, known, Optional.of(fetched));
    }

    /** Stops the reads under way. */
    @Override
    public void close() {
        for (Pending<T> asked : pending) {
            if (asked.read.abandon()) {
                health(asked).left();
            }
        }
        pending.clear();
        threads.shutdownNow();
    }
}
