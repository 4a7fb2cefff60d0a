package io.vitrine.fetch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Reusable arrays for whole files. A new array per photograph would be most of what a task allocates, and G1 handles arrays of that
 * size one by one.
 *
 * <p>Lengths are powers of two, so that files of similar length share arrays. A file larger than {@code maxBytes} gets an array of
 * its own length, which is not kept. Free arrays are dropped so that all arrays together take at most {@code maxBytes} plus one
 * array, unless those in use alone take more. Safe between threads.
 */
final class ByteArrayPool {
    private final long maxBytes;
    private final Deque<byte[]> free = new ArrayDeque<>(); // the most recently used first
    private long freeBytes;
    private long usedBytes;
    private boolean retired;

    ByteArrayPool(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The length of the array that {@link #acquire} gives for {@code length} bytes. */
    long capacity(long length) {
        long power = length < 2 ? 1 : Long.highestOneBit(length - 1) << 1;
        return power > Math.min(maxBytes, 1 << 30) ? length : power;
    }

    /** An array of at least {@code length} bytes, with any contents. */
    synchronized byte[] acquire(int length) {
        int capacity = (int) capacity(length);
        usedBytes += capacity;
        for (Iterator<byte[]> arrays = free.iterator(); arrays.hasNext(); ) {
            byte[] array = arrays.next();
            if (array.length == capacity) {
                arrays.remove();
                freeBytes -= capacity;
                return array;
            }
        }
        while (!free.isEmpty() && usedBytes + freeBytes > maxBytes) {
            freeBytes -= free.removeLast().length;
        }
        try {
            return new byte[capacity];
        } catch (OutOfMemoryError e) {
            usedBytes -= capacity;
            throw e;
        }
    }

    /** Takes back an array from {@link #acquire}. */
    synchronized void release(byte[] array) {
        usedBytes -= array.length;
        boolean reusable = !retired && Integer.bitCount(array.length) == 1 && array.length <= maxBytes;
        if (reusable && usedBytes + freeBytes <= maxBytes) {
            free.addFirst(array);
            freeBytes += array.length;
        }
    }

    /** Drops the free arrays, and from now on those that are taken back. */
    synchronized void retire() {
        retired = true;
        free.clear();
        freeBytes = 0;
    }
}
