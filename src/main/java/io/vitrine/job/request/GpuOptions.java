package io.vitrine.job.request;

import io.vitrine.ConfigurationException;
import java.util.OptionalInt;

/**
 * What a run asks of GPUs.
 *
 * @param perExecutor GPUs that each executor holds; 0 for none
 * @param tasksPerGpu tasks that share one GPU; chosen by the executor's cores if empty
 * @param device where the model runs
 * @param resource Spark's name of the resource
 * @param stages whether images are decoded in a stage of their own
 * @param decodeOn what decodes JPEGs
 */
public record GpuOptions(
        int perExecutor,
        OptionalInt tasksPerGpu,
        DeviceChoice device,
        String resource,
        Stages stages,
        DecodeChoice decodeOn) {
    public static final String DEFAULT_RESOURCE = "gpu";
    public static final GpuOptions NONE = builder().build();

    /** Where the model runs. */
    public enum DeviceChoice {
        /** A GPU where one is asked for and can be used, else the CPU. */
        auto,
        /** The CPU. */
        cpu,
        /** A GPU; a run without one stops before any work. */
        gpu
    }

    /** What decodes JPEGs. The pixels are the same. The CPU decodes everything else. */
    public enum DecodeChoice {
        /** The GPU that runs the model, where it can, else the CPU. */
        auto,
        /** The CPU. */
        cpu,
        /** The GPU that runs the model; a run where it cannot stops. */
        gpu
    }

    /** How the work is divided into Spark stages. The rows are the same. */
    public enum Stages {
        /** One stage fetches, decodes and infers. */
        FUSED,
        /** One stage decodes, on executors without GPUs where allocation is dynamic; the next infers. */
        STAGED
    }

    public GpuOptions {
        Checks.requireAtLeast("--gpus-per-executor", perExecutor, 0);
        tasksPerGpu.ifPresent(tasks -> Checks.requireAtLeast("--tasks-per-gpu", tasks, 1));
        if (!resource.matches("[A-Za-z][A-Za-z0-9_-]*")) {
            throw new ConfigurationException(
                    "--gpu-resource-name is '" + resource + "', but must be a name, such as gpu.");
        }
        if (decodeOn == DecodeChoice.gpu) {
            requireGpuDecoding(device, stages);
        }
    }

    private static void requireGpuDecoding(DeviceChoice device, Stages stages) {
        if (stages == Stages.STAGED) {
            throw new ConfigurationException("--decode-on gpu, but with --plan staged executors without GPUs decode."
                    + " Use --plan fused, or --decode-on auto.");
        }
        if (device == DeviceChoice.cpu) {
            throw new ConfigurationException(
                    "--decode-on gpu, but --device cpu: images are decoded on the GPU that runs"
                            + " the model. Use --device gpu, or --decode-on auto.");
        }
    }

    public boolean isStaged() {
        return stages == Stages.STAGED;
    }

    /** Tasks that use an executor's GPUs at the same time. */
    public int tasksPerExecutor() {
        return perExecutor * requireTasksPerGpu();
    }

    /** The fraction of a GPU that one task takes, as Spark counts it. */
    public double gpusPerTask() {
        return 1.0 / requireTasksPerGpu();
    }

    public int requireTasksPerGpu() {
        return tasksPerGpu.orElseThrow(
                () -> new IllegalStateException("GpuProfile.configure has not chosen how many tasks share a GPU"));
    }

    /** These options with the choice of {@code tasksPerGpu} made. */
    public GpuOptions withTasksPerGpu(int tasks) {
        return new GpuOptions(perExecutor, OptionalInt.of(tasks), device, resource, stages, decodeOn);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Builds GPU options. */
    public static final class Builder {
        private int perExecutor;
        private OptionalInt tasksPerGpu = OptionalInt.empty();
        private DeviceChoice device = DeviceChoice.auto;
        private String resource = DEFAULT_RESOURCE;
        private Stages stages = Stages.FUSED;
        private DecodeChoice decodeOn = DecodeChoice.auto;

        private Builder() {}

        public Builder perExecutor(int gpus) {
            this.perExecutor = gpus;
            return this;
        }

        public Builder tasksPerGpu(int tasks) {
            return tasksPerGpu(OptionalInt.of(tasks));
        }

        public Builder tasksPerGpu(OptionalInt tasks) {
            this.tasksPerGpu = tasks;
            return this;
        }

        public Builder device(DeviceChoice choice) {
            this.device = choice;
            return this;
        }

        public Builder resource(String name) {
            this.resource = name;
            return this;
        }

        public Builder stages(Stages choice) {
            this.stages = choice;
            return this;
        }

        public Builder decodeOn(DecodeChoice choice) {
            this.decodeOn = choice;
            return this;
        }

        /** @throws ConfigurationException if a value is out of range, or two exclude each other */
        public GpuOptions build() {
            return new GpuOptions(perExecutor, tasksPerGpu, device, resource, stages, decodeOn);
        }
    }
}
