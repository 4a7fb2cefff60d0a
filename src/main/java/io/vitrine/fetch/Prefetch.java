package io.vitrine.fetch;

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
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
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
    private final Deque<Fetched<T>> ready = new ArrayDeque<>(); // of the read in use, not handed out yet
    private List<byte[]> used = List.of(); // arrays of the read in use
    private Optional<T> taken = Optional.empty(); // the next of items
    private Optional<Request<T>> postponed = Optional.empty(); // must wait until there is room
    private long pendingBytes;

    /**
     * A read to ask for.
     *
     * @param object what is read
     * @param bytes of the arrays that it needs
     * @param work done on a reading thread
     */
    private record Request<T>(List<T> items, ImageRef object, long bytes, Function<ObjectRead, Attempt<T>> work) {}

    /** A read that was asked for. */
    private record Pending<T>(Future<Attempt<T>> attempt, List<T> items, ObjectRead read, long bytes) {}

    /** What a read brought. */
    private sealed interface Attempt<T> {}

    /**
     * Objects that were read or refused.
     *
     * @param arrays that hold their bytes
     */
    private record Done<T>(List<Fetched<T>> results, List<byte[]> arrays) implements Attempt<T> {}

    /** An object that is too large to be read ahead of its turn. */
    private record TooLarge<T>(T item, ImageRef known) implements Attempt<T> {}

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
        if (ready.isEmpty() && pending.isEmpty()) { // the rest of the task has other uses for the memory
            used = List.of();
            pool.clear();
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
            used.forEach(pool::release);
            used = List.of();
        }
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (ready.isEmpty()) {
            Pending<T> first = pending.remove();
            pendingBytes -= first.bytes;
            Attempt<T> attempt = await(first);
            fill();
            Done<T> done = attempt instanceof TooLarge<T> large ? readAlone(large) : (Done<T>) attempt;
            ready.addAll(done.results);
            used = done.arrays;
        }
        return ready.remove();
    }

    private Done<T> readAlone(TooLarge<T> large) {
        Request<T> request =
                new Request<>(List.of(large.item), large.known, 0, read -> read(large.item, large.known, read));
        return (Done<T>) await(submit(request));
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
        if (health.failed(read.ref().path())) {
            close();
            throw StorageErrors.of(StoreHealth.GONE, read.ref().path(), stalled);
        }
        if (health.hasTooManyLeft()) {
            close();
            throw StorageErrors.of(StoreHealth.HANGS, read.ref().path(), stalled);
        }
        ImageRejectedException rejection = new ImageRejectedException(RejectionReason.UNREADABLE, stalled.getMessage());
        List<Fetched<T>> results = new ArrayList<>();
        asked.items.forEach(item -> results.add(new Fetched.Rejected<>(item, ref.apply(item), rejection)));
        return new Done<>(results, List.of());
    }

    private static StoreHealth health(Pending<?> asked) {
        return StoreHealth.of(asked.read.ref().path());
    }

    private void fill() {
        while (pending.size() < ahead) {
            Optional<Request<T>> request = postponed.or(this::nextRequest);
            postponed = Optional.empty();
            if (request.isEmpty()) {
                return;
            }
            long bytes = request.get().bytes;
            if (!pending.isEmpty() && pendingBytes + bytes > aheadBytes) {
                postponed = request;
                return;
            }
            pendingBytes += bytes;
            pending.add(submit(request.get()));
        }
    }

    /** The item that was looked at, else the next one. */
    private Optional<T> take() {
        Optional<T> item = taken.isPresent() || !items.hasNext() ? taken : Optional.of(items.next());
        taken = Optional.empty();
        return item;
    }

    private Optional<Request<T>> nextRequest() {
        return take().map(item -> {
            ImageRef target = ref.apply(item);
            return reader.share(target, share())
                    .map(shared -> request(item, shared))
                    .orElseGet(() -> request(item, target));
        });
    }

    private Request<T> request(T item, ImageRef target) {
        long bytes = target.isListed() ? pool.capacity(target.length()) : share();
        return new Request<>(List.of(item), target, bytes, read -> readAhead(item, target, read));
    }

    /** A read of {@code first} and of the items after it that one read brings too. */
    private Request<T> request(T first, SharedRead shared) {
        List<T> together = new ArrayList<>(List.of(first));
        taken = take();
        while (taken.isPresent() && shared.add(ref.apply(taken.get()))) {
            together.add(taken.get());
            taken = Optional.empty();
            taken = take();
        }
        return new Request<>(
                together, shared.object(), shared.bytes(pool), read -> done(together, shared.read(pool, read)));
    }

    private Done<T> done(List<T> together, SharedRead.Result result) {
        List<Fetched<T>> results = new ArrayList<>();
        for (int i = 0; i < together.size(); i++) {
            results.add(fetched(together.get(i), result.outcomes().get(i)));
        }
        return new Done<>(results, result.arrays());
    }

    private static <T> Fetched<T> fetched(T item, SourceReader.Outcome outcome) {
        if (outcome instanceof SourceReader.Content content) {
            return new Fetched.Loaded<>(item, content.ref(), content.bytes());
        }
        SourceReader.Refusal refusal = (SourceReader.Refusal) outcome;
        return new Fetched.Rejected<>(item, refusal.ref(), refusal.cause());
    }

    /** Bytes reserved for an object of unknown length. A larger one is read when its turn comes. */
    private long share() {
        return aheadBytes / ahead;
    }

    private Pending<T> submit(Request<T> request) {
        ObjectRead read = new ObjectRead(request.object, reader.limits());
        if (request.bytes > 0 && !request.object.isListed()) {
            read.limitRoom(request.bytes);
        }
        return new Pending<>(threads.submit(() -> run(read, request.work)), request.items, read, request.bytes);
    }

    private Attempt<T> run(ObjectRead read, Function<ObjectRead, Attempt<T>> work) {
        read.start();
        Optional<Attempt<T>> attempt = Optional.empty();
        try {
            attempt = Optional.of(work.apply(read));
            return attempt.get();
        } finally {
            if (!read.finish()) {
                if (attempt.isPresent() && attempt.get() instanceof Done<T> done) {
                    done.arrays.forEach(pool::release);
                }
                StoreHealth.of(read.ref().path()).returned();
            }
        }
    }

    private Attempt<T> readAhead(T item, ImageRef target, ObjectRead read) {
        try {
            ImageRef known = reader.stat(target, read);
            boolean tooLarge = !target.isListed() && pool.capacity(known.length()) > share();
            return tooLarge ? new TooLarge<>(item, known) : read(item, known, read);
        } catch (ImageRejectedException e) {
            return new Done<>(List.of(new Fetched.Rejected<>(item, target, e)), List.of());
        } catch (NoRoomException e) {
            return new TooLarge<>(item, target);
        }
    }

    private Done<T> read(T item, ImageRef known, ObjectRead read) {
        try {
            SourceReader.Content content = reader.read(known, pool, read);
            Fetched<T> loaded = new Fetched.Loaded<>(item, content.ref(), content.bytes());
            return new Done<>(List.of(loaded), List.of(content.bytes().array()));
        } catch (ImageRejectedException e) {
            return new Done<>(List.of(new Fetched.Rejected<>(item, known, e)), List.of());
        }
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
        reader.close();
    }
}
