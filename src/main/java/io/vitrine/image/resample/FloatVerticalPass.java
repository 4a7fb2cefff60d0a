package io.vitrine.image.resample;

/** The pass along columns in 32-bit floats. */
final class FloatVerticalPass extends VerticalPass<float[], FloatCoefficients, float[]> {
    FloatVerticalPass() {
        super(new FloatWindow());
    }

    @Override
    void store(float[] row, int length, float[] target, int at) {
        System.arraycopy(row, 0, target, at, length);
    }
}
