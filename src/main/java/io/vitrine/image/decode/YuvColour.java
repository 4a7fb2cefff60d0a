package io.vitrine.image.decode;

import java.io.Serializable;

/**
 * How luma and chroma stand for colours.
 *
 * @param primaries as in ISO/IEC 23091-2
 * @param matrix the matrix coefficients, as in ISO/IEC 23091-2
 */
record YuvColour(int primaries, int matrix, Range range) implements Serializable {
    enum Range {
        /** Luma from 16 to 235 of 255, chroma from 16 to 240. */
        LIMITED,
        FULL
    }

    /** Stands for the colour space that the coded image names. */
    static final YuvColour UNNAMED = new YuvColour(-1, -1, Range.FULL);

    static YuvColour of(int primaries, int matrix, boolean full) {
        return new YuvColour(primaries, matrix, full ? Range.FULL : Range.LIMITED);
    }
}
