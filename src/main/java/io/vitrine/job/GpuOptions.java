package io.vitrine.job;

import io.vitrine.VitrineException;
import java.io.Serializable;

/**
 * What a run asks of GPUs.
 *
 * @param perExecutor GPUs an executor holds; 0 for none
 * @param tasksPerGpu tasks that share one
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
        if (perExecutor < 0 || tasksPerGpu < 1) {
            throw new VitrineException("--gpus-per-executor is " + perExecutor + " and --tasks-per-gpu " + tasksPerGpu
                    + ", but must be at least 0 and 1.");
        }
        if (!resource.matches("[A-Za-z][A-Za-z0-9_-]*")) {
            throw new VitrineException("--gpu-resource-name is '" + resource + "', but must be a name, such as gpu.");
        }
    }

    /** What one task takes of a GPU, as Spark counts it. */
    double share() {
        return 1.0 / tasksPerGpu;
    }
}
