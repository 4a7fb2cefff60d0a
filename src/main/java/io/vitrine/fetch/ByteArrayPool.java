package io.vitrine.fetch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Arrays for whole files, each used again for other files of about its length: a new one for each photograph was most of what
 * a task allocated, and G1, where a cluster runs it, handles such arrays one by one. Their lengths are powers of two; a file
 * larger than {@code mostBytes} has one of its own length, which is not kept. Those in use and those free have together no more
 * than {@code mostBytes}, and one array, unless more are in use. Safe between threads.
 */
final class ByteArrayPool {
    private final long mostBytes;
    private final Deque<byte[]> free = new ArrayDeque<>();
    private long freeBytes;
    private long usedBytes;

    ByteArrayPool(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** The length of the array that {@code length} bytes take. */
    long size(long length) {
        long power = length < 2 ? 1 : Long.highestOneBit(length - 1) << 1;
        return power > Math.min(mostBytes, 1 << 30) ? length : power;
    }

    /** An array of at least {@code length} bytes, whatever is in it. */
    synchronized byte[] take(int length) {
        int size = (int) size(length);
        usedBytes += size;
        for (Iterator<byte[]> arrays = free.iterator(); arrays.hasNext(); ) {
            byte[] array = arrays.next();
            if (array.length == size) {
                arrays.remove();
                freeBytes -= size;
                return array;
            }
        }
        while (!free.isEmpty() && usedBytes + freeBytes > mostBytes) {
            freeBytes -= free.removeLast().length; // the one longest out of use
        }
        return new byte[size];
    }

    /** Takes back what {@link #take} gave. */
    synchronized void giveBack(byte[] array) {
        usedBytes -= array.length;
        boolean again = Integer.bitCount(array.length) == 1 && array.length <= mostBytes;
        if (again && usedBytes + freeBytes <= mostBytes) {
            free.addFirst(array);
            freeBytes += array.length;
        }
    }

    /** Leaves the free ones to the collector. */
    synchronized void clear() {
        free.clear();
        freeBytes = 0;
    }
}
