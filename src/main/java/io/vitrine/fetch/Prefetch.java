package io.vitrine.fetch;

import io.vitrine.StorageException;
import io.vitrine.catalog.ImageRef;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Reads a task's objects a few ahead, in order, so that storage latency hides behind the model.
 *
 * <p>Bounded by count and by bytes. With {@code ahead} 8 and {@code aheadBytes} 64 MiB a task holds up to eight objects or 64 MiB
 * of them, whichever is less, but always at least one. The object in use comes on top, and what the caller {@linkplain #keep keeps}.
 * The bytes counted are those of {@link
 * ByteArrayPool}'s arrays, whose lengths are powers of two: a file of 9 MiB counts as 16 MiB.
 *
 * @param <T> what the caller wants to do with an object
 */
public final class Prefetch<T> implements Iterator<Fetched<T>>, AutoCloseable {
    private final ReadRequests<T> requests;
    private final Function<T, ImageRef> ref;
    private final SourceReader reader;
    private final ByteArrayPool pool;
    private final int ahead;
    private final long aheadBytes;
    private final ExecutorService threads;
    private final Deque<PendingRead<T>> pending = new ArrayDeque<>();
    private final Deque<Fetched<T>> ready = new ArrayDeque<>(); // of the read in use, not handed out yet
    private ReadInUse used; // handed out last
    private Optional<ReadRequest<T>> postponed = Optional.empty(); // must wait until there is room
    private long pendingBytes;

    /**
     * @param ref the object of an item
     * @param ahead objects read ahead at most
     * @param aheadBytes bytes read ahead at most
     */
    public Prefetch(Iterator<T> items, Function<T, ImageRef> ref, SourceReader reader, int ahead, long aheadBytes) {
        this(items, ref, reader, ahead, aheadBytes, /* keptBytes= */ 0);
    }

    /** @param keptBytes bytes that the caller keeps usually; their arrays are reused too */
    public Prefetch(
            Iterator<T> items,
            Function<T, ImageRef> ref,
            SourceReader reader,
            int ahead,
            long aheadBytes,
            long keptBytes) {
        this(items, ref, reader, ahead, aheadBytes, new ByteArrayPool(aheadBytes + keptBytes), threads(ahead));
    }

    Prefetch(
            Iterator<T> items,
            Function<T, ImageRef> ref,
            SourceReader reader,
            int ahead,
            long aheadBytes,
            ExecutorService threads) {
        this(items, ref, reader, ahead, aheadBytes, new ByteArrayPool(aheadBytes), threads);
    }

    private Prefetch(
            Iterator<T> items,
            Function<T, ImageRef> ref,
            SourceReader reader,
            int ahead,
            long aheadBytes,
            ByteArrayPool pool,
            ExecutorService threads) {
        this.ref = ref;
        this.reader = reader;
        this.pool = pool;
        this.requests = new ReadRequests<>(items, ref, reader, pool, aheadBytes / ahead);
        this.ahead = ahead;
        this.aheadBytes = aheadBytes;
        this.threads = threads;
        this.used = nothing();
    }

    private ReadInUse nothing() {
        return new ReadInUse(List.of(), pool);
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
        if (ready.isEmpty() && pending.isEmpty()) { // the rest of the task has other uses for the memory
            pool.retire();
        }
        return !ready.isEmpty() || !pending.isEmpty();
    }

    /**
     * The next object, in the order of the items.
     *
     * @throws StorageException if the store fails
     */
    @Override
    public Fetched<T> next() {
        if (ready.isEmpty()) {
            used.release();
            used = nothing();
        }
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (ready.isEmpty()) {
            PendingRead<T> first = pending.remove();
            pendingBytes -= first.bytes();
            ReadAttempt<T> attempt = await(first);
            fill();
            ReadAttempt.Done<T> done =
                    attempt instanceof ReadAttempt.TooLarge<T> large ? readAlone(large) : (ReadAttempt.Done<T>) attempt;
            ready.addAll(done.results());
            used = new ReadInUse(done.arrays(), pool);
        }
        return ready.remove();
    }

    /** Keeps the bytes of the object that {@link #next} returned last valid, until the result is closed by the same thread. */
    public KeptBytes keep() {
        return used.keep();
    }

    private ReadAttempt.Done<T> readAlone(ReadAttempt.TooLarge<T> large) {
        return (ReadAttempt.Done<T>) await(submit(requests.alone(large)));
    }

    private ReadAttempt<T> await(PendingRead<T> asked) {
        try {
            return asked.await(
                    reader.limits(),
                    ref,
                    () -> pending.forEach(waiting -> waiting.read().restartStretch()));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void fill() {
        while (pending.size() < ahead) {
            Optional<ReadRequest<T>> request = postponed.or(requests::next);
            postponed = Optional.empty();
            if (request.isEmpty()) {
                return;
            }
            long bytes = request.get().bytes();
            if (!pending.isEmpty() && pendingBytes + bytes > aheadBytes) {
                postponed = request;
                return;
            }
            pendingBytes += bytes;
            pending.add(submit(request.get()));
        }
    }

    private PendingRead<T> submit(ReadRequest<T> request) {
        ObjectRead read = new ObjectRead(request.object(), reader.limits());
        if (request.bytes() > 0 && !request.object().isListed()) {
            read.limitRoom(request.bytes());
        }
        return new PendingRead<>(
                threads.submit(() -> run(read, request.work())), request.items(), read, request.bytes());
    }

    private ReadAttempt<T> run(ObjectRead read, Function<ObjectRead, ReadAttempt<T>> work) {
        read.start();
        Optional<ReadAttempt<T>> attempt = Optional.empty();
        try {
            attempt = Optional.of(work.apply(read));
            return attempt.get();
        } finally {
            if (!read.finish()) {
                if (attempt.isPresent() && attempt.get() instanceof ReadAttempt.Done<T> done) {
                    done.arrays().forEach(pool::release);
                }
                StoreHealth.of(read.ref().path()).returned();
            }
        }
    }

    /** Stops the reads under way. */
    @Override
    public void close() {
        for (PendingRead<T> asked : pending) {
            asked.abandon();
        }
        pending.clear();
        threads.shutdownNow();
        reader.close();
    }
}
