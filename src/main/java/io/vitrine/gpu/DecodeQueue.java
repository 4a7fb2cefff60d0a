package io.vitrine.gpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The files of started batches, first come, first decoded. Thread-safe. */
final class DecodeQueue {
    /**
     * A file that waits.
     *
     * @param index of the file in its batch
     * @param slot of its pixels
     */
    record Entry(TaskBatch batch, PreparedImage image, int index, int slot, long deviceBytes) {}

    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private boolean closed;

    /** Adds the files of a batch; false if the queue is closed. */
    synchronized boolean add(List<Entry> files) {
        if (closed) {
            return false;
        }
        waiting.addAll(files);
        notifyAll();
        return true;
    }

    /**
     * Waits for files, then takes as many as there are and fit: at least one.
     *
     * @return empty once the queue is closed
     */
    synchronized List<Entry> take(int maxFiles, long maxBytes) throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        List<Entry> taken = new ArrayList<>();
        long bytes = 0;
        while (!closed && !waiting.isEmpty() && taken.size() < maxFiles) {
            bytes += waiting.peek().deviceBytes();
            if (!taken.isEmpty() && bytes > maxBytes) {
                break;
            }
            taken.add(waiting.remove());
        }
        return taken;
    }

    /** Takes no more files. Those that wait stay. */
    synchronized void closeForNew() {
        closed = true;
        notifyAll();
    }

    /** Takes no more files. Returns those that still wait. */
    synchronized List<Entry> close() {
        closeForNew();
        List<Entry> left = List.copyOf(waiting);
        waiting.clear();
        return left;
    }

    synchronized int size() {
        return waiting.size();
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
