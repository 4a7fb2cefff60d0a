package io.vitrine.image.resample;

/** The vertical pass in 32-bit floats, as in torchvision. */
final class FloatVerticalPass extends VerticalPass<float[], FloatCoefficients, float[]> {
    FloatVerticalPass() {
        super(new FloatWindow());
    }

    @Override
    void store(float[] row, int length, float[] target, int at) {
        System.arraycopy(row, 0, target, at, length);
    }
}
