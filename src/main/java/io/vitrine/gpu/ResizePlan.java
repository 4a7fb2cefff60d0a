package io.vitrine.gpu;

import io.vitrine.Size;

/**
 * How an upright image becomes an output.
 *
 * @param order of the two passes
 * @param cropLeft the crop's first column in the resized image; negative where the image is smaller
 * @param inner size of the crop, or of the resized image if it is not cropped
 */
record ResizePlan(Axis horizontal, Axis vertical, Order order, int cropLeft, int cropTop, Size inner) {
    /** Which pass comes first. */
    enum Order {
        HORIZONTAL_FIRST,
        VERTICAL_FIRST
    }

    /** The first row of the image that the vertical pass reads. */
    int firstRow() {
        return vertical.first(Math.max(cropTop, 0));
    }

    /** The end (exclusive) of the rows of the image that the vertical pass reads. */
    int lastRow() {
        return vertical.end(Math.min(cropTop + inner.height(), vertical.out()) - 1);
    }
}
