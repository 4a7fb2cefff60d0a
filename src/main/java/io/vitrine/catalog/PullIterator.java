package io.vitrine.catalog;

import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.fs.RemoteIterator;

/** An iterator that finds one element at a time. Used by one thread. */
abstract class PullIterator<T> implements RemoteIterator<T> {
    private Optional<T> next = Optional.empty();

    /** The next element; empty at the end. */
    abstract Optional<T> pull() throws IOException;

    @Override
    public final boolean hasNext() throws IOException {
        if (next.isEmpty()) {
            next = pull();
        }
        return next.isPresent();
    }

    @Override
    public final T next() throws IOException {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        T found = next.get();
        next = Optional.empty();
        return found;
    }
}
