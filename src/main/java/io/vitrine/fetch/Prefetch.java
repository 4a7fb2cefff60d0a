package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RunInterruptedException;
import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    private final Iterator<T> items;
    private final Function<T, ImageRef> ref;
    private final ObjectReader reader;
    private final ByteArrayPool pool;
    private final int ahead;
    private final long aheadBytes;
    private final ExecutorService threads;
    private final Deque<Pending<T>> pending = new ArrayDeque<>();
    private Optional<FileBytes> handedOut = Optional.empty();
    private Optional<T> postponed = Optional.empty(); // taken from items; must wait until there is room
    private long pendingBytes;

    private record Pending<T>(Future<Attempt<T>> attempt, long bytes) {}

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
    public Prefetch(Iterator<T> items, Function<T, ImageRef> ref, ObjectReader reader, int ahead, long aheadBytes) {
        this(items, ref, reader, ahead, aheadBytes, threads(ahead));
    }

    Prefetch(
            Iterator<T> items,
            Function<T, ImageRef> ref,
            ObjectReader reader,
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

    private static ExecutorService threads(int count) {
        return Executors.newFixedThreadPool(count, task -> {
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
        try {
            Attempt<T> attempt = first.attempt.get();
            fill();
            Fetched<T> fetched = attempt.result.orElseGet(() -> read(attempt.item, attempt.known));
            if (fetched instanceof Fetched.Loaded<T> loaded) {
                handedOut = Optional.of(loaded.bytes());
            }
            return fetched;
        } catch (ExecutionException e) {
            close();
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while fetching an image", e);
        }
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
            pending.add(new Pending<>(threads.submit(() -> readAhead(item, target)), bytes));
        }
    }

    /** Bytes reserved for an object of unknown length. A larger one is read when its turn comes. */
    private long share() {
        return aheadBytes / ahead;
    }

    private Attempt<T> readAhead(T item, ImageRef target) {
        try {
            ImageRef known = reader.stat(target);
            boolean tooLarge = !target.isListed() && pool.capacity(known.length()) > share();
            return new Attempt<>(item, known, tooLarge ? Optional.empty() : Optional.of(read(item, known)));
        } catch (ImageRejectedException e) {
            return new Attempt<>(item, target, Optional.of(new Fetched.Rejected<>(item, target, e)));
        }
    }

    private Fetched<T> read(T item, ImageRef known) {
        try {
            return new Fetched.Loaded<>(item, known, reader.read(known, pool));
        } catch (ImageRejectedException e) {
            return new Fetched.Rejected<>(item, known, e);
        }
    }

    /** Stops the reads under way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
