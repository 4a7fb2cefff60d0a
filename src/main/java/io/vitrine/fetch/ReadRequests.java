package io.vitrine.fetch;

import io.vitrine.ImageRejectedException;
import io.vitrine.catalog.ImageRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns a task's items into reads: one for each, or one for several that lie next to each other. Used by the task's thread; the work
 * of a read is done by another.
 */
final class ReadRequests<T> {
    /** Of the first read for several items, so that a task soon has something to do. The next are twice as large each. */
    private static final long FIRST_SHARED_BYTES = 1 << 20;

    private final Iterator<T> items;
    private final Function<T, ImageRef> ref;
    private final SourceReader reader;
    private final ByteArrayPool pool;
    private final long unlistedBytes;
    private long sharedBytes;
    private Optional<T> taken = Optional.empty(); // the next of items

    /**
     * @param ref the object of an item
     * @param pool gives the arrays of reads
     * @param unlistedBytes reserved for an object of unknown length; a larger one is read when its turn comes
     */
    ReadRequests(
            Iterator<T> items, Function<T, ImageRef> ref, SourceReader reader, ByteArrayPool pool, long unlistedBytes) {
        this.items = items;
        this.ref = ref;
        this.reader = reader;
        this.pool = pool;
        this.unlistedBytes = unlistedBytes;
        this.sharedBytes = Math.min(FIRST_SHARED_BYTES, unlistedBytes);
    }

    /** A read of an object that was too large to be read ahead. */
    ReadRequest<T> alone(ReadAttempt.TooLarge<T> large) {
        return new ReadRequest<>(
                List.of(large.item()), large.known(), 0, read -> read(large.item(), large.known(), read));
    }

    /** The item that was looked at, else the next one. */
    private Optional<T> take() {
        Optional<T> item = taken.isPresent() || !items.hasNext() ? taken : Optional.of(items.next());
        taken = Optional.empty();
        return item;
    }

    /** The next read; empty at the end of the items. */
    Optional<ReadRequest<T>> next() {
        return take().map(item -> {
            ImageRef target = ref.apply(item);
            return share(target).map(shared -> request(item, shared)).orElseGet(() -> request(item, target));
        });
    }

    private Optional<SharedRead> share(ImageRef target) {
        Optional<SharedRead> shared = reader.share(target, sharedBytes);
        if (shared.isPresent()) {
            sharedBytes = Math.min(2 * sharedBytes, unlistedBytes);
        }
        return shared;
    }

    private ReadRequest<T> request(T item, ImageRef target) {
        long bytes = target.isListed() ? pool.capacity(target.length()) : unlistedBytes;
        return new ReadRequest<>(List.of(item), target, bytes, read -> readAhead(item, target, read));
    }

    /** A read of {@code first} and of the items after it that one read brings too. */
    private ReadRequest<T> request(T first, SharedRead shared) {
        List<T> together = new ArrayList<>(List.of(first));
        taken = take();
        while (taken.isPresent() && shared.add(ref.apply(taken.get()))) {
            together.add(taken.get());
            taken = Optional.empty();
            taken = take();
        }
        return new ReadRequest<>(
                together, shared.object(), shared.bytes(pool), read -> done(together, shared.read(pool, read)));
    }

    private ReadAttempt.Done<T> done(List<T> together, SharedRead.Result result) {
        List<Fetched<T>> results = new ArrayList<>();
        for (int i = 0; i < together.size(); i++) {
            results.add(fetched(together.get(i), result.outcomes().get(i)));
        }
        return new ReadAttempt.Done<>(results, result.arrays());
    }

    private static <T> Fetched<T> fetched(T item, SourceReader.Outcome outcome) {
        if (outcome instanceof SourceReader.Content content) {
            return new Fetched.Loaded<>(item, content.ref(), content.bytes());
        }
        SourceReader.Refusal refusal = (SourceReader.Refusal) outcome;
        return new Fetched.Rejected<>(item, refusal.ref(), refusal.cause());
    }

    private ReadAttempt<T> readAhead(T item, ImageRef target, ObjectRead read) {
        try {
            ImageRef known = reader.stat(target, read);
            boolean tooLarge = !target.isListed() && pool.capacity(known.length()) > unlistedBytes;
            return tooLarge ? new ReadAttempt.TooLarge<>(item, known) : read(item, known, read);
        } catch (ImageRejectedException e) {
            return new ReadAttempt.Done<>(List.of(new Fetched.Rejected<>(item, target, e)), List.of());
        } catch (NoRoomException e) {
            return new ReadAttempt.TooLarge<>(item, target);
        }
    }

    private ReadAttempt.Done<T> read(T item, ImageRef known, ObjectRead read) {
        try {
            SourceReader.Content content = reader.read(known, pool, read);
            Fetched<T> loaded = new Fetched.Loaded<>(item, content.ref(), content.bytes());
            return new ReadAttempt.Done<>(
                    List.of(loaded), List.of(content.bytes().array()));
        } catch (ImageRejectedException e) {
            return new ReadAttempt.Done<>(List.of(new Fetched.Rejected<>(item, known, e)), List.of());
        }
    }
}
