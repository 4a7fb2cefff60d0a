package io.vitrine.gpu;

import io.vitrine.FileBytes;
import io.vitrine.image.decode.JpegMarkers;
import java.util.Arrays;

/**
 * Writes the data of a file's scans without byte stuffing, as kernels read them: each segment begins at a word and is followed by {@link
 * #PADDING} zeros. Not thread-safe.
 */
final class ScanData {
    /** Zeros after each segment, which lanes may read ahead. */
    static final int PADDING = 16;

    /**
     * Segments of a file, which are kept on the heap until it is decoded: 512 KB. An image of 12 megapixels and quarter chroma has
     * 46,875 where each MCU is one.
     */
    private static final int MAX_SEGMENTS = 1 << 16;

    private static final int WORD = 4;
    private static final byte[] ZEROS = new byte[WORD + PADDING];

    private final int maxBytes;
    private BatchStream stream; // null before the first file
    private int[] segments = new int[64]; // first word and bits of each
    private int count;

    /** @param maxBytes of a file */
    ScanData(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Begins another file, which is written to {@code stream}. */
    void begin(BatchStream stream) {
        this.stream = stream;
        count = 0;
    }

    /**
     * Takes the data of a scan.
     *
     * @param from offset of the first byte
     * @param restarts markers that the scan must have, numbered in turn
     * @return offset of the marker that ends the scan
     * @throws HandOverException if a marker is missing or not the expected one, if there are fill bytes, or nothing between two; if
     *     there is no room for the data
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
        int start = length();
        int at = from;
        while (true) {
            int ff = JpegMarkers.nextFf(file, at);
            if (ff + 1 >= file.length()) {
                throw new HandOverException(HandOver.STRUCTURE);
            }
            int marker = file.array()[file.offset() + ff + 1];
            int size = marker == 0 ? ff + 1 - at : ff - at; // behind a byte 0xff, a 0 is no data
            write(file.array(), file.offset() + at, size);
            if (marker != 0) {
                endSegment(start);
                return ff;
            }
            at = ff + 2;
        }
    }

    private void write(byte[] array, int from, int bytes) throws HandOverException {
        if (maxBytes - length() < bytes) {
            throw new HandOverException(HandOver.SIZE);
        }
        stream.write(array, from, bytes);
    }

    private void endSegment(int start) throws HandOverException {
        int end = length();
        if (end == start) {
            throw new HandOverException(HandOver.STRUCTURE);
        }
        if (count == MAX_SEGMENTS) {
            throw new HandOverException(HandOver.SIZE);
        }
        if (2 * count == segments.length) {
            segments = Arrays.copyOf(segments, 2 * segments.length);
        }
        segments[2 * count] = start / WORD;
        segments[2 * count + 1] = 8 * (end - start);
        count++;
        write(ZEROS, 0, (end + WORD - 1) / WORD * WORD + PADDING - end);
    }

    private int length() {
        return (int) stream.written(); // at most maxBytes
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
