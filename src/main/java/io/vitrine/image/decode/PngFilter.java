package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.Arrays;

/** Undoes the filters of a PNG's rows. A row starts with the number of its filter. */
final class PngFilter {
    private final int step; // bytes from a byte to the one of the pixel before
    private byte[] row;
    private byte[] previous;

    /**
     * @param rowBytes of the longest row, without the filter
     * @param step bytes per pixel, at least 1
     */
    PngFilter(int rowBytes, int step) {
        this.step = step;
        this.row = new byte[rowBytes + 1];
        this.previous = new byte[rowBytes + 1];
    }

    /** The current row, to be filled. */
    byte[] row() {
        return row;
    }

    /** Makes the current row the previous one. */
    void next() {
        byte[] swap = previous;
        previous = row;
        row = swap;
    }

    /** Makes the previous row one of zeros. */
    void clear() {
        Arrays.fill(previous, (byte) 0);
    }

    /**
     * Undoes the current row's filter.
     *
     * @param length with the filter, in bytes
     */
    void undo(int length) throws ImageRejectedException {
        switch (row[0]) {
            case 0 -> {}
            case 1 -> undoSub(length);
            case 2 -> undoUp(length);
            case 3 -> undoAverage(length);
            case 4 -> undoPaeth(length);
            default ->
                throw new ImageRejectedException(
                        RejectionReason.CORRUPT, "PNG has a row with the filter " + (row[0] & 0xff));
        }
    }

    private void undoSub(int length) {
        byte[] current = row;
        int left = step;
        for (int i = left + 1; i < length; i++) {
            current[i] += current[i - left];
        }
    }

    private void undoUp(int length) {
        byte[] current = row;
        byte[] above = previous;
        for (int i = 1; i < length; i++) {
            current[i] += above[i];
        }
    }

    private void undoAverage(int length) {
        byte[] current = row;
        byte[] above = previous;
        int left = step;
        for (int i = 1; i < Math.min(length, left + 1); i++) {
            current[i] += (byte) ((above[i] & 0xff) >> 1);
        }
        for (int i = left + 1; i < length; i++) {
            current[i] += (byte) ((current[i - left] & 0xff) + (above[i] & 0xff) >> 1);
        }
    }

    private void undoPaeth(int length) {
        byte[] current = row;
        byte[] above = previous;
        int left = step;
        for (int i = 1; i < Math.min(length, left + 1); i++) {
            current[i] += above[i];
        }
        for (int i = left + 1; i < length; i++) {
            current[i] += (byte) paeth(current[i - left] & 0xff, above[i] & 0xff, above[i - left] & 0xff);
        }
    }

    /** Whichever of a, b and c is nearest to a + b - c; the first of equals. Without branches, which nobody could predict. */
    private static int paeth(int a, int b, int c) {
        int fromA = Math.abs(b - c);
        int fromB = Math.abs(a - c);
        int fromC = Math.abs(a + b - 2 * c);
        int notA = (fromB - fromA | fromC - fromA) >> 31; // all bits, or none
        int notB = fromC - fromB >> 31;
        int bOrC = b + (c - b & notB);
        return a + (bOrC - a & notA);
    }
}
