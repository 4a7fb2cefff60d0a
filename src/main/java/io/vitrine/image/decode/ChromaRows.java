package io.vitrine.image.decode;

/** Rows of a plane of chroma in the image's size, enlarged with libyuv's filters and rounding. */
final class ChromaRows {
    enum Filter {
        NEAREST,
        LINEAR
    }

    private final short[] plane;
    private final YuvPlanes.Chroma chroma;
    private final Filter filter;
    private final int width;
    private final int height;
    private final int chromaWidth;
    private final int[] line;

    ChromaRows(YuvPlanes planes, short[] plane, Filter filter) {
        this.plane = plane;
        this.chroma = planes.chroma();
        this.filter = filter;
        this.width = planes.width();
        this.height = planes.height();
        this.chromaWidth = chroma.width(width);
        this.line = new int[chromaWidth];
    }

    /** Writes row {@code y} of the image. */
    void read(int y, int[] row) {
        int from = (y >> chroma.shiftY) * chromaWidth;
        if (filter == Filter.NEAREST || chroma.shiftX == 0) {
            for (int x = 0; x < width; x++) {
                row[x] = plane[from + (x >> chroma.shiftX)];
            }
            return;
        }
        boolean atEdge = chroma.shiftY == 0 || y == 0 || y == height - 1 && (height & 1) == 0;
        int bits = atEdge ? 0 : 2; // values of the line are in quarters, if it is made of two rows
        if (atEdge) {
            for (int x = 0; x < chromaWidth; x++) {
                line[x] = plane[from + x];
            }
        } else {
            int other = (y & 1) == 0 ? from - chromaWidth : from + chromaWidth;
            for (int x = 0; x < chromaWidth; x++) {
                line[x] = 3 * plane[from + x] + plane[other + x];
            }
        }
        doubleWidth(bits, row);
    }

    /** Each new pixel takes three parts of the nearest one and one of the next; those at the edges take theirs alone. */
    private void doubleWidth(int bits, int[] row) {
        int half = 1 << bits >> 1;
        row[0] = line[0] + half >> bits;
        row[width - 1] = line[(width - 1) / 2] + half >> bits;
        int round = 2 << bits;
        for (int column = 0, x = 1; x < width - 1; column++, x += 2) {
            row[x] = 3 * line[column] + line[column + 1] + round >> bits + 2;
            if (x + 1 < width - 1) {
                row[x + 1] = line[column] + 3 * line[column + 1] + round >> bits + 2;
            }
        }
    }
}
