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
    record Entry(TaskBatch batch, PreparedImage image, int index, int slot, long deviceBytes, long hostBytes) {}

    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private boolean closed;
    private boolean abandoned;

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
    synchronized List<Entry> take(int maxFiles, long maxDeviceBytes, long maxHostBytes) throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        List<Entry> taken = new ArrayList<>();
        long deviceBytes = 0;
        long hostBytes = 0;
        while (!closed && !waiting.isEmpty() && taken.size() < maxFiles) {
            deviceBytes += waiting.peek().deviceBytes();
            hostBytes += waiting.peek().hostBytes();
            if (!taken.isEmpty() && (deviceBytes > maxDeviceBytes || hostBytes > maxHostBytes)) {
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

    /** As {@link #close}, because the device does not answer: nobody is to wait for what it has. */
    synchronized List<Entry> abandon() {
        abandoned = true;
        return close();
    }

    synchronized boolean isAbandoned() {
        return abandoned;
    }

    synchronized int size() {
        return waiting.size();
    }

    synchronized boolean isClosed() {
        return closed;
    }
}
