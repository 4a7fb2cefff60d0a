package io.vitrine.job.task;

import io.vitrine.inference.Placement;
import io.vitrine.job.gpu.TaskGpu;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.TaskContext;

/** Where tasks run the model: on the CPU, or on the GPU that Spark assigns to each. */
public sealed interface ModelDevice extends Serializable {
    /** The address of the task's GPU; empty where Spark assigned none. */
    Optional<String> address(TaskContext context);

    /** Where the model runs, for a task with this address. */
    Placement placement(Optional<String> address);

    /** The CPU. The record reports GPUs that executors hold anyway. */
    record Cpu(String gpuResource) implements ModelDevice {
        @Override
        public Optional<String> address(TaskContext context) {
            return TaskGpu.address(context, gpuResource);
        }

        @Override
        public Placement placement(Optional<String> address) {
            return Placement.CPU;
        }

        @Override
        public String toString() {
            return "CPU";
        }
    }

    /**
     * A GPU.
     *
     * @param resource Spark's name of the resource
     */
    record Gpu(String resource) implements ModelDevice {
        @Override
        public Optional<String> address(TaskContext context) {
            return TaskGpu.address(context, resource);
        }

        @Override
        public Placement placement(Optional<String> address) {
            return TaskGpu.placement(address);
        }

        @Override
        public String toString() {
            return "GPU";
        }
    }
}
