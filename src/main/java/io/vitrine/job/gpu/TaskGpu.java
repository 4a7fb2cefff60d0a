package io.vitrine.job.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.inference.Placement;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The GPU that Spark assigned to the running task, and how many tasks of this executor share it. */
public final class TaskGpu {
    /** Local mode assigns no GPU: its tasks share the first. */
    private static final String FIRST = "0";

    private static final Map<String, Sharing> SHARING = new ConcurrentHashMap<>(); // by address, JVM-wide

    private TaskGpu() {}

    /** The assigned address; empty where Spark schedules no GPUs. */
    public static Optional<String> address(TaskContext context, String resource) {
        ResourceInformation assigned = context.resourcesJMap().get(resource);
        return assigned == null || assigned.addresses().length == 0
                ? Optional.empty()
                : Optional.of(assigned.addresses()[0]);
    }

    /**
     * The GPU at {@code address}, or the first where Spark assigned none.
     *
     * @throws ConfigurationException if the address is not a GPU's number
     */
    public static Placement placement(Optional<String> address) {
        String number = address.orElse(FIRST);
        if (!number.matches("[0-9]{1,4}")) {
            throw new ConfigurationException(
                    "Spark gave this task the GPU '" + number
                            + "', which is not a number. The discovery script must print numbers, as conf/gpu-discovery.sh does.");
        }
        return new Placement(Integer.parseInt(number));
    }

    /**
     * Counts the task among those that share the GPU, until it ends.
     *
     * @return how many share it, if that is a new maximum
     */
    public static OptionalInt share(TaskContext context, String address) {
        Sharing sharing = SHARING.computeIfAbsent(address, key -> new Sharing());
        OptionalInt most = sharing.enter();
        context.addTaskCompletionListener(ended -> {
            sharing.leave();
        });
        return most;
    }

    private static final class Sharing {
        private int tasks;
        private int maximum;

        synchronized OptionalInt enter() {
            tasks++;
            if (tasks <= maximum) {
                return OptionalInt.empty();
            }
            maximum = tasks;
            return OptionalInt.of(maximum);
        }

        synchronized void leave() {
            tasks--;
        }
    }
}
