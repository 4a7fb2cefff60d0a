package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.image.decode.JpegMarkers;
import java.util.Arrays;

/**
 * The data of a file's scans without byte stuffing, as kernels read them: each segment begins at a word and is followed by {@link
 * #PADDING} zeros. Not thread-safe; keeps its buffer between files.
 */
final class ScanData {
    /** Zeros after each segment, which lanes may read ahead. */
    static final int PADDING = 16;

    private static final int WORD = 4;

    private final int maxBytes;
    private byte[] bytes = new byte[0];
    private int length;
    private int[] segments = new int[64]; // first word and bits of each
    private int count;

    /** @param maxBytes of a file */
    ScanData(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Begins another file. */
    void clear() {
        length = 0;
        count = 0;
    }

    /**
     * Takes the data of a scan.
     *
     * @param from offset of the first byte
     * @param restarts markers that the scan must have, numbered in turn
     * @return offset of the marker that ends the scan
     * @throws HandOverException if a marker is missing or not the expected one, if there are fill bytes, or nothing between two
     */
    int read(FileBytes file, int from, int restarts) throws HandOverException {
        int at = from;
        for (int i = 0; i < restarts; i++) {
            at = readSegment(file, at);
            if (file.at(at + 1) != JpegMarkers.RST0 + i % 8) {
                throw new HandOverException(HandOver.STRUCTURE);
            }
            at += 2;
        }
        return readSegment(file, at);
    }

    private int readSegment(FileBytes file, int from) throws HandOverException {
        int start = length;
        int at = from;
        while (true) {
            int ff = JpegMarkers.nextFf(file, at);
            if (ff + 1 >= file.length()) {
                throw new HandOverException(HandOver.STRUCTURE);
            }
            int marker = file.at(ff + 1);
            int end = marker == 0 ? ff + 1 : ff; // behind a byte 0xff, a 0 is no data
            append(file, at, end);
            if (marker != 0) {
                endSegment(start);
                return ff;
            }
            at = ff + 2;
        }
    }

    private void append(FileBytes file, int from, int to) throws HandOverException {
        int size = to - from;
        ensure(size);
        System.arraycopy(file.array(), file.offset() + from, bytes, length, size);
        length += size;
    }

    private void endSegment(int start) throws HandOverException {
        if (length == start) {
            throw new HandOverException(HandOver.STRUCTURE);
        }
        if (2 * count == segments.length) {
            segments = Arrays.copyOf(segments, 2 * segments.length);
        }
        segments[2 * count] = start / WORD;
        segments[2 * count + 1] = 8 * (length - start);
        count++;
        int padded = (length + WORD - 1) / WORD * WORD + PADDING;
        ensure(padded - length);
        Arrays.fill(bytes, length, padded, (byte) 0);
        length = padded;
    }

    private void ensure(int more) throws HandOverException {
        if (bytes.length - length < more) {
            if (maxBytes - length < more) {
                throw new HandOverException(HandOver.SIZE);
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(length + more, 2L * bytes.length)));
        }
    }

    /** The words of all segments; {@link #length} counts. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Number of segments so far. */
    int segments() {
        return count;
    }

    /** First word and number of bits of each segment, one after the other. */
    int[] copyOfSegments() {
        return Arrays.copyOf(segments, 2 * count);
    }
}
