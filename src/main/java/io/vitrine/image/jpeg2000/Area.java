package io.vitrine.image.jpeg2000;

/** A rectangle; right and bottom are exclusive. */
record Area(int left, int top, int right, int bottom) {
    int width() {
        return right - left;
    }

    int height() {
        return bottom - top;
    }

    boolean isEmpty() {
        return right <= left || bottom <= top;
    }

    /** Where every {@code stepX}th column and {@code stepY}th row of a grid lies, on a grid of their own. */
    Area subsampled(int stepX, int stepY) {
        return new Area(
                ceilDivide(left, stepX), ceilDivide(top, stepY), ceilDivide(right, stepX), ceilDivide(bottom, stepY));
    }

    /**
     * A subband of this area, after {@code levels} wavelet transforms.
     *
     * @param highX 1 for high frequencies of rows, else 0
     * @param highY 1 for high frequencies of columns, else 0
     */
    Area subband(int levels, int highX, int highY) {
        return new Area(
                bandEdge(left, levels, highX),
                bandEdge(top, levels, highY),
                bandEdge(right, levels, highX),
                bandEdge(bottom, levels, highY));
    }

    private static int bandEdge(int coordinate, int levels, int high) {
        long offset = levels == 0 ? 0 : (long) high << levels - 1;
        return ceilShift(coordinate - offset, levels);
    }

    static int ceilShift(long number, int bits) {
        return (int) (number + (1L << bits) - 1 >> bits);
    }

    private static int ceilDivide(int number, int step) {
        return (int) (((long) number + step - 1) / step);
    }
}
