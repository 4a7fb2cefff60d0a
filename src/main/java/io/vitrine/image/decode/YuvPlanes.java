package io.vitrine.image.decode;

import io.vitrine.ImageRejectedException;

/**
 * Luma and chroma of an image, row by row without padding.
 *
 * @param depth bits per sample: 8, 10 or 12
 * @param luma (height, width)
 * @param blue chroma, (chroma height, chroma width); empty if there is none
 * @param red chroma, of the size of {@code blue}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record YuvPlanes(int width, int height, int depth, Chroma chroma, short[] luma, short[] blue, short[] red) {
    /** How many samples of chroma there are for those of luma. */
    enum Chroma {
        NONE(0, 0),
        FULL(0, 0),
        HALF_WIDTH(1, 0),
        HALF_WIDTH_AND_HEIGHT(1, 1);

        final int shiftX;
        final int shiftY;

        Chroma(int shiftX, int shiftY) {
            this.shiftX = shiftX;
            this.shiftY = shiftY;
        }

        int width(int luma) {
            return this == NONE ? 0 : luma + shiftX >> shiftX;
        }

        int height(int luma) {
            return this == NONE ? 0 : luma + shiftY >> shiftY;
        }
    }

    static YuvPlanes allocate(int width, int height, int depth, Chroma chroma) throws ImageRejectedException {
        int luma = ImageLimits.arrayLength(width, height, 1);
        int length = ImageLimits.arrayLength(chroma.width(width), chroma.height(height), 1);
        return new YuvPlanes(width, height, depth, chroma, new short[luma], new short[length], new short[length]);
    }
}
