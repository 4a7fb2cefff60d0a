package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import io.vitrine.job.gpu.GpuProfile;
import java.io.Serializable;

/**
 * What a run asks of GPUs.
 *
 * @param perExecutor GPUs an executor holds; 0 for none
 * @param tasksPerGpu tasks that share one; 0 if that is to be chosen, as {@link GpuProfile#configure} does
 * @param resource Spark's name for them
 * @param staged whether decoding runs in a stage of its own, on executors without GPUs where allocation is dynamic
 */
public record GpuOptions(int perExecutor, int tasksPerGpu, Device device, String resource, boolean staged)
        implements Serializable {
    public static final GpuOptions NONE = new GpuOptions(0, 1, Device.auto, "gpu", false);

    /** Which device runs the model. */
    public enum Device {
        /** A GPU where one can be used, else the CPU. */
        auto,
        cpu,
        gpu
    }

    public GpuOptions {
        ExtractRequest.atLeast("--gpus-per-executor", perExecutor, 0);
        ExtractRequest.atLeast("--tasks-per-gpu", tasksPerGpu, 0);
        if (!resource.matches("[A-Za-z][A-Za-z0-9_-]*")) {
            throw new ConfigurationException(
                    "--gpu-resource-name is '" + resource + "', but must be a name, such as gpu.");
        }
    }

    /** Tasks that an executor's GPUs have at once. */
    public int tasks() {
        return perExecutor * requireChosen();
    }

    private int requireChosen() {
        if (tasksPerGpu == 0) {
            throw new IllegalStateException("GpuProfile.configure has not chosen how many tasks share a GPU");
        }
        return tasksPerGpu;
    }

    public GpuOptions withTasksPerGpu(int tasks) {
        return new GpuOptions(perExecutor, tasks, device, resource, staged);
    }

    /** What one task takes of a GPU, as Spark counts it. */
    public double share() {
        return 1.0 / requireChosen();
    }
}
