package io.vitrine.inference;

/**
 * The device that runs a model.
 *
 * @param gpu the number of the GPU, or -1 for the CPU
 */
public record Placement(int gpu) {
    public static final Placement CPU = new Placement(-1);

    public boolean isGpu() {
        return gpu >= 0;
    }

    public DeviceType device() {
        return isGpu() ? DeviceType.GPU : DeviceType.CPU;
    }

    @Override
    public String toString() {
        return isGpu() ? "gpu" + gpu : "cpu";
    }
}
