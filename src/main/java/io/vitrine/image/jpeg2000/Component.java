package io.vitrine.image.jpeg2000;

/**
 * How the samples of a component are stored.
 *
 * @param precision bits per sample, from 1 to 31
 * @param signed whether samples may be negative
 * @param stepX columns of the image per sample, from 1 to 255
 * @param stepY rows of the image per sample, from 1 to 255
 */
public record Component(int precision, boolean signed, int stepX, int stepY) {
    int min() {
        return signed ? -(1 << precision - 1) : 0;
    }

    int max() {
        return signed ? (1 << precision - 1) - 1 : (int) ((1L << precision) - 1);
    }

    /** What is added to decoded samples, which are centred on zero. */
    int levelShift() {
        return signed ? 0 : 1 << precision - 1;
    }
}
