package io.vitrine.job;

import io.vitrine.VitrineException;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * How Spark schedules tasks on GPUs, by master and allocation: with dynamic allocation a resource profile of executor and task;
 * with static allocation the executors hold GPUs from their start, and a profile says what a task takes of one; in {@code
 * local[*]}, where Spark has no profiles, nothing.
 */
public final class GpuProfile {
    private GpuProfile() {}

    /**
     * Completes a session's settings, before it starts, and refuses what is known to deadlock or to leave GPUs idle.
     *
     * @throws VitrineException naming the setting
     */
    public static void configure(SparkConf conf, GpuOptions gpus) {
        if (gpus.perExecutor() == 0 || isLocal(conf.get("spark.master", "local[*]"))) {
            return;
        }
        requireCores(conf, gpus);
        String task = "spark.task.resource." + gpus.resource() + ".amount";
        String executor = "spark.executor.resource." + gpus.resource() + ".amount";
        if (isDynamic(conf)) { // the profile says all
            // Else executors that did a join before the model's stage would keep their cores from it for ever.
            conf.setIfMissing(
                    "spark.dynamicAllocation.shuffleTracking.timeout",
                    conf.get("spark.dynamicAllocation.executorIdleTimeout", "60s"));
            return;
        }
        conf.setIfMissing(executor, Integer.toString(gpus.perExecutor()));
        // Left at its default of 1, it would run one task an executor whatever the profile says.
        conf.setIfMissing(task, gpus.tasksPerGpu() == 1 ? "1" : Double.toString(gpus.share()));
        if (conf.getDouble(task, 1) > gpus.share() * 1.0001) {
            throw new VitrineException(
                    task + " is " + conf.get(task) + ", so that fewer than --tasks-per-gpu " + gpus.tasksPerGpu()
                            + " tasks would share a GPU. Leave it out, or set it to " + gpus.share() + ".");
        }
        if (conf.getInt(executor, 0) < gpus.perExecutor()) {
            throw new VitrineException(executor + " is " + conf.get(executor) + ", less than --gpus-per-executor "
                    + gpus.perExecutor() + ". Leave it out.");
        }
    }

    /** A GPU's tasks need a core each, or some of its shares stay unused. */
    private static void requireCores(SparkConf conf, GpuOptions gpus) {
        // A standalone worker gives all it has where none are named; YARN and Kubernetes give one.
        boolean all = conf.get("spark.master").startsWith("spark://") || isDynamic(conf);
        int cores = conf.getInt("spark.executor.cores", all ? 0 : 1);
        int needed = gpus.perExecutor() * gpus.tasksPerGpu() * conf.getInt("spark.task.cpus", 1);
        if (cores > 0 && cores < needed) {
            throw new VitrineException("An executor has " + cores + " cores (spark.executor.cores), but "
                    + gpus.perExecutor() + " GPUs with " + gpus.tasksPerGpu() + " tasks each keep " + needed
                    + " busy. Give it more cores, or fewer --tasks-per-gpu.");
        }
    }

    /** The profile of the stage that runs the model; empty where there is none. */
    static Optional<ResourceProfile> of(SparkConf conf, GpuOptions gpus) {
        if (gpus.perExecutor() == 0 || isLocal(conf.get("spark.master"))) {
            return Optional.empty();
        }
        ResourceProfileBuilder profile = new ResourceProfileBuilder();
        if (isDynamic(conf)) {
            profile.require(executor(conf, gpus));
        }
        profile.require(new TaskResourceRequests()
                .cpus(conf.getInt("spark.task.cpus", 1))
                .resource(gpus.resource(), gpus.share()));
        return Optional.of(profile.build());
    }

    private static ExecutorResourceRequests executor(SparkConf conf, GpuOptions gpus) {
        String prefix = "spark.executor.resource." + gpus.resource() + ".";
        int needed = gpus.perExecutor() * gpus.tasksPerGpu() * conf.getInt("spark.task.cpus", 1);
        ExecutorResourceRequests requests = new ExecutorResourceRequests()
                .cores(conf.getInt("spark.executor.cores", needed))
                .memory(conf.getSizeAsMb("spark.executor.memory", "1g") + "m")
                .resource(
                        gpus.resource(),
                        gpus.perExecutor(),
                        conf.get(prefix + "discoveryScript", ""),
                        conf.get(prefix + "vendor", ""));
        if (conf.contains("spark.executor.memoryOverhead")) {
            requests.memoryOverhead(conf.getSizeAsMb("spark.executor.memoryOverhead") + "m");
        }
        return requests;
    }

    /**
     * What may keep this plan's executors from the cores they need; empty if nothing. With dynamic allocation, decoding executors
     * keep theirs until the pixels are fetched, which in a cluster that they fill is never.
     */
    static Optional<String> warning(SparkConf conf, GpuOptions gpus) {
        boolean unbounded = gpus.perExecutor() > 0
                && !isLocal(conf.get("spark.master"))
                && isDynamic(conf)
                && !conf.contains("spark.dynamicAllocation.maxExecutors");
        return gpus.staged() && unbounded
                ? Optional.of(
                        "executors that decode keep their cores until the model's stage has the pixels: where they"
                                + " could fill the cluster, leave room for those with GPUs with"
                                + " spark.dynamicAllocation.maxExecutors")
                : Optional.empty();
    }

    /** What this master and mode permit, in words. */
    static String inWords(SparkConf conf, GpuOptions gpus) {
        if (gpus.perExecutor() == 0) {
            return "none asked for";
        }
        String each = gpus.perExecutor() + " an executor, " + gpus.tasksPerGpu() + " tasks on each";
        if (isLocal(conf.get("spark.master"))) {
            return each + "; local mode schedules none: the model runs on GPU 0 if there is one";
        }
        return each
                + (isDynamic(conf)
                        ? "; dynamic allocation: a resource profile of executor and task"
                        : "; static allocation: executors hold them, a resource profile of the task");
    }

    private static boolean isDynamic(SparkConf conf) {
        return conf.getBoolean("spark.dynamicAllocation.enabled", false);
    }

    /** One JVM, without resource profiles; {@code local-cluster} is a cluster. */
    static boolean isLocal(String master) {
        return master.startsWith("local") && !master.startsWith("local-cluster");
    }
}
