package io.vitrine.image.resample;

/** The vertical pass in fixed point, as in Pillow. */
final class IntVerticalPass extends VerticalPass<int[], IntCoefficients, byte[]> {
    IntVerticalPass() {
        super(new IntWindow());
    }

    @Override
    void store(int[] row, int length, byte[] target, int at) {
        for (int i = 0; i < length; i++) {
            target[at + i] = (byte) row[i];
        }
    }
}
