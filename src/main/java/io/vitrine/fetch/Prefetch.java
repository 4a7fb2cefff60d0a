package io.vitrine.fetch;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Reads a task's objects a few ahead, in order, so that storage latency hides behind the model. Bounded by count and by
 * bytes: with {@code ahead} 8 and {@code aheadBytes} 64 MiB a task never holds more than eight objects or 64 MiB of them,
 * whichever is less, and always at least one, beside the one handed out. What counts are the arrays, which are used again and
 * have powers of two as their lengths: a file of 9 MiB counts as 16. See {@link ByteArrayPool}.
 *
 * @param <T> what is to be done, which carries its ref
 */
public final class Prefetch<T> implements Iterator<Prefetch.Fetched<T>>, AutoCloseable {
    private final Iterator<T> items;
    private final Function<T, ImageRef> ref;
    private final ObjectReader reader;
    private final ByteArrayPool buffers;
    private final int ahead;
    private final long aheadBytes;
    private final ExecutorService threads;
    private final Deque<Pending<T>> pending = new ArrayDeque<>();
    private FileBytes last; // of the object handed out
    private T held; // taken from items, but too large to be fetched yet
    private long pendingBytes;

    private record Pending<T>(Future<Fetched<T>> future, long bytes) {}

    /**
     * One object's outcome: its bytes, or why there are none.
     *
     * @param ref as known after reading
     * @param bytes valid until the next object is asked for
     */
    public record Fetched<T>(T item, ImageRef ref, FileBytes bytes, ImageRejectedException failure) {}

    public Prefetch(Iterator<T> items, Function<T, ImageRef> ref, ObjectReader reader, int ahead, long aheadBytes) {
        this.items = items;
        this.ref = ref;
        this.reader = reader;
        this.buffers = new ByteArrayPool(aheadBytes);
        this.ahead = ahead;
        this.aheadBytes = aheadBytes;
        this.threads = Executors.newFixedThreadPool(ahead, task -> {
            Thread thread = new Thread(task, "vitrine-fetch");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public boolean hasNext() {
        fill();
        if (pending.isEmpty()) { // the rest of the task has other uses for the memory
            last = null;
            buffers.clear();
        }
        return !pending.isEmpty();
    }

    @Override
    public Fetched<T> next() {
        giveLastBack();
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Pending<T> first = pending.remove();
        pendingBytes -= first.bytes;
        try {
            Fetched<T> fetched = first.future.get();
            fill();
            if (fetched.bytes == null && fetched.failure == null) {
                fetched = read(fetched.item, fetched.ref);
            }
            last = fetched.bytes;
            return fetched;
        } catch (ExecutionException e) {
            close();
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while fetching", e);
        }
    }

    private void giveLastBack() {
        if (last != null) {
            buffers.giveBack(last.array());
            last = null;
        }
    }

    private void fill() {
        while (pending.size() < ahead && (held != null || items.hasNext())) {
            T item = held != null ? held : items.next();
            held = null;
            ImageRef target = ref.apply(item);
            long bytes = target.isListed() ? buffers.size(target.length()) : share();
            if (!pending.isEmpty() && pendingBytes + bytes > aheadBytes) {
                held = item;
                return;
            }
            pendingBytes += bytes;
            pending.add(new Pending<>(threads.submit(() -> fetch(item, target)), bytes));
        }
    }

    /** What an object of unknown length may weigh; a heavier one is read when its turn comes. */
    private long share() {
        return aheadBytes / ahead;
    }

    private Fetched<T> fetch(T item, ImageRef target) {
        try {
            ImageRef known = reader.describe(target);
            boolean tooHeavy = !target.isListed() && buffers.size(known.length()) > share();
            return tooHeavy ? new Fetched<>(item, known, null, null) : read(item, known);
        } catch (ImageRejectedException e) {
            return new Fetched<>(item, target, null, e);
        }
    }

    private Fetched<T> read(T item, ImageRef known) {
        try {
            return new Fetched<>(item, known, reader.read(known, buffers), null);
        } catch (ImageRejectedException e) {
            return new Fetched<>(item, known, null, e);
        }
    }

    /** Stops the reads that are under way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
