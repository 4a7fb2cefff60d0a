package io.vitrine.inference;

/**
 * Where a model runs.
 *
 * @param gpu the GPU's number, or -1 for the CPU
 */
public record Placement(int gpu) {
    public static final Placement CPU = new Placement(-1);

    public boolean isGpu() {
        return gpu >= 0;
    }

    @Override
    public String toString() {
        return isGpu() ? "gpu" + gpu : "cpu";
    }
}
