package io.vitrine.image.decode;

/** Doubles the rows of a plane of chroma, in width and where needed in height, with libyuv's filters and rounding. */
final class ChromaRows {
    enum Filter {
        NEAREST,
        LINEAR
    }

    private final short[] plane;
    private final YuvPlanes.Chroma chroma;
    private final int chromaWidth;
    private final int chromaHeight;
    private final int width;
    private final int height;
    private final Filter filter;

    ChromaRows(YuvPlanes planes, short[] plane, Filter filter) {
        this.filter = filter;
        this.plane = plane;
        this.chroma = planes.chroma();
        this.width = planes.width();
        this.height = planes.height();
        this.chromaWidth = chroma.width(width);
        this.chromaHeight = chroma.height(height);
    }

    /** Writes row {@code y} of the image. */
    void read(int y, int[] row) {
        if (filter == Filter.NEAREST) {
            for (int x = 0; x < width; x++) {
                row[x] = at(y >> chroma.shiftY, x >> chroma.shiftX);
            }
            return;
        }
        switch (chroma) {
            case NONE -> throw new IllegalStateException("No chroma");
            case FULL -> {
                for (int x = 0; x < width; x++) {
                    row[x] = plane[y * width + x];
                }
            }
            case HALF_WIDTH -> doubleWidth(y, row);
            case HALF_WIDTH_AND_HEIGHT -> {
                boolean atEdge = y == 0 || y == height - 1 && (height & 1) == 0;
                if (atEdge) {
                    doubleWidth(y / 2, row);
                } else {
                    doubleBoth(y / 2, (y & 1) == 0 ? y / 2 - 1 : y / 2 + 1, row);
                }
            }
        }
    }

    private int at(int row, int column) {
        return plane[Math.min(row, chromaHeight - 1) * chromaWidth + column];
    }

    private void doubleWidth(int y, int[] row) {
        for (int x = 0; x < width; x++) {
            int near = at(y, x / 2);
            row[x] = isAtEdge(x) ? near : 3 * near + at(y, neighbour(x)) + 2 >> 2;
        }
    }

    private void doubleBoth(int near, int far, int[] row) {
        for (int x = 0; x < width; x++) {
            int column = x / 2;
            if (isAtEdge(x)) {
                row[x] = 3 * at(near, column) + at(far, column) + 2 >> 2;
            } else {
                int other = neighbour(x);
                row[x] = 9 * at(near, column)
                                + 3 * at(near, other)
                                + 3 * at(far, column)
                                + at(far, other)
                                + 8
                        >> 4;
            }
        }
    }

    private boolean isAtEdge(int x) {
        return x == 0 || x == width - 1;
    }

    private static int neighbour(int x) {
        return (x & 1) == 0 ? x / 2 - 1 : x / 2 + 1;
    }
}
