package io.vitrine.catalog;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A listing that ends with an error if the storage stops answering. Asks for up to {@value #CHUNK} elements, or those of a second,
 * at a time under the deadline. Used by one thread.
 */
final class TimedIterator<T> implements RemoteIterator<T> {
    private static final int CHUNK = 1000;
    private static final long CHUNK_NANOS = 1_000_000_000;

    private final RemoteIterator<? extends T> source;
    private final StorageDeadline deadline;
    private Queue<T> chunk = new ArrayDeque<>();

    TimedIterator(RemoteIterator<? extends T> source, StorageDeadline deadline) {
        this.source = source;
        this.deadline = deadline;
    }

    @Override
    public boolean hasNext() throws IOException {
        if (chunk.isEmpty()) {
            chunk = deadline.call(this::nextChunk);
        }
        return !chunk.isEmpty();
    }

    private Queue<T> nextChunk() throws IOException {
        Queue<T> elements = new ArrayDeque<>();
        long start = System.nanoTime();
        while (elements.size() < CHUNK && System.nanoTime() - start < CHUNK_NANOS && source.hasNext()) {
            elements.add(source.next());
        }
        return elements;
    }

    @Override
    public T next() throws IOException {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return chunk.remove();
    }
}
