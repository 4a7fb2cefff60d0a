package io.vitrine.job.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.inference.Placement;
import io.vitrine.job.task.Counters;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The GPU that Spark gave the running task, and how many tasks of this executor share it. */
public final class TaskGpu {
    private static final Map<String, int[]> SHARED = new ConcurrentHashMap<>(); // address -> now, most

    private TaskGpu() {}

    /** The address; empty where Spark schedules none. */
    public static Optional<String> address(TaskContext context, String resource) {
        ResourceInformation given = context.resourcesJMap().get(resource);
        return given == null || given.addresses().length == 0 ? Optional.empty() : Optional.of(given.addresses()[0]);
    }

    /**
     * Where the task's model runs.
     *
     * @param gpu whether the run is on GPUs
     * @throws VitrineException if the address is no GPU's number
     */
    public static Placement placement(Optional<String> address, boolean gpu) {
        if (!gpu) {
            return Placement.CPU;
        }
        String number = address.orElse("0"); // local mode
        if (!number.matches("[0-9]{1,4}")) {
            throw new ConfigurationException("Spark gave this task the GPU '" + number
                    + "', which is no number. Let the discovery script print numbers, as conf/gpu-discovery.sh does.");
        }
        return new Placement(Integer.parseInt(number));
    }

    /** Counts the task in until it ends, and reports when more share the GPU than ever. */
    public static void enter(TaskContext context, String address, Counters counters) {
        int[] tasks = SHARED.computeIfAbsent(address, key -> new int[2]);
        synchronized (tasks) {
            tasks[0]++;
            if (tasks[0] > tasks[1]) {
                tasks[1] = tasks[0];
                counters.gpus().add(SparkEnv.get().executorId() + " " + address + " " + tasks[1]);
            }
        }
        context.addTaskCompletionListener(ended -> {
            synchronized (tasks) {
                tasks[0]--;
            }
        });
    }
}
