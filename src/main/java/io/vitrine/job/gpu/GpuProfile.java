package io.vitrine.job.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.job.request.GpuOptions;
import java.util.ArrayList;
import java.util.List;
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
     * @return the same wishes, the tasks on a GPU chosen if they were left open
     * @throws VitrineException naming the setting
     */
    public static GpuOptions configure(SparkConf conf, GpuOptions wanted) {
        if (wanted.perExecutor() == 0 || isLocal(conf.get("spark.master", "local[*]"))) {
            return wanted;
        }
        GpuOptions gpus = wanted.tasksPerGpu() > 0 ? wanted : wanted.withTasksPerGpu(tasksPerGpu(conf, wanted));
        requireCores(conf, gpus);
        String task = taskAmount(gpus);
        String executor = "spark.executor.resource." + gpus.resource() + ".amount";
        if (isDynamic(conf)) { // the profile says all
            letGo(conf);
            return gpus;
        }
        conf.setIfMissing(executor, Integer.toString(gpus.perExecutor()));
        // Left at its default of 1, it would run one task an executor whatever the profile says.
        conf.setIfMissing(task, gpus.tasksPerGpu() == 1 ? "1" : Double.toString(gpus.share()));
        if (conf.getDouble(task, 1) > gpus.share() * 1.0001) {
            throw new ConfigurationException(
                    task + " is " + conf.get(task) + ", so that fewer than --tasks-per-gpu " + gpus.tasksPerGpu()
                            + " tasks would share a GPU. Leave it out, or set it to " + gpus.share() + ".");
        }
        if (conf.getInt(executor, 0) != gpus.perExecutor()) {
            throw new ConfigurationException(executor + " is " + conf.get(executor) + ", but --gpus-per-executor "
                    + gpus.perExecutor() + ". Leave it out.");
        }
        return gpus;
    }

    /**
     * Idle executors give back their cores. Those with the blocks of a shuffle that is over, or of a table's cached state, would
     * else keep them from the model's executors for as long as the driver remembers such blocks.
     */
    private static void letGo(SparkConf conf) {
        String idle = idleSeconds(conf) + "s";
        conf.setIfMissing("spark.dynamicAllocation.shuffleTracking.timeout", idle);
        conf.setIfMissing("spark.dynamicAllocation.cachedExecutorIdleTimeout", idle);
    }

    /** How long executors of one kind may keep their cores from others. */
    static long idleSeconds(SparkConf conf) {
        return isDynamic(conf) ? conf.getTimeAsSeconds("spark.dynamicAllocation.executorIdleTimeout", "60s") : 0;
    }

    /** As many as there are cores for each, and no more than the session's own share of a GPU says; 1 where that is not known. */
    private static int tasksPerGpu(SparkConf conf, GpuOptions gpus) {
        int most = coresForGpu(conf, gpus);
        double share = conf.getDouble(taskAmount(gpus), 0);
        return Math.max(1, share > 0 ? Math.min(most, (int) (1.0001 / share)) : most);
    }

    private static String taskAmount(GpuOptions gpus) {
        return "spark.task.resource." + gpus.resource() + ".amount";
    }

    /** A GPU's tasks need a core each, or some of its shares stay unused. */
    private static void requireCores(SparkConf conf, GpuOptions gpus) {
        int cores = cores(conf);
        int needed = gpus.tasks() * taskCores(conf);
        if (cores > 0 && cores < needed) {
            throw new ConfigurationException("An executor has " + cores + " cores (spark.executor.cores), but "
                    + gpus.perExecutor() + " GPUs with " + gpus.tasksPerGpu() + " tasks each keep " + needed
                    + " busy. Give it more cores, or fewer --tasks-per-gpu.");
        }
    }

    /**
     * An executor's cores; 0 where they are not known yet: a standalone worker gives all it has where none are named, and a
     * resource profile what the GPUs need. YARN and Kubernetes give one.
     */
    private static int cores(SparkConf conf) {
        boolean open = conf.get("spark.master").startsWith("spark://") || isDynamic(conf);
        return conf.getInt("spark.executor.cores", open ? 0 : 1);
    }

    /** Tasks for each GPU that an executor has the cores for; 0 where they are not known yet. */
    private static int coresForGpu(SparkConf conf, GpuOptions gpus) {
        return cores(conf) / taskCores(conf) / gpus.perExecutor();
    }

    private static int taskCores(SparkConf conf) {
        return conf.getInt("spark.task.cpus", 1);
    }

    /** The profile of the stage that runs the model; empty where there is none. */
    public static Optional<ResourceProfile> of(SparkConf conf, GpuOptions gpus) {
        if (gpus.perExecutor() == 0 || isLocal(conf.get("spark.master"))) {
            return Optional.empty();
        }
        ResourceProfileBuilder profile = new ResourceProfileBuilder();
        if (isDynamic(conf)) {
            profile.require(executor(conf, gpus));
        }
        profile.require(new TaskResourceRequests().cpus(taskCores(conf)).resource(gpus.resource(), gpus.share()));
        return Optional.of(profile.build());
    }

    private static ExecutorResourceRequests executor(SparkConf conf, GpuOptions gpus) {
        String prefix = "spark.executor.resource." + gpus.resource() + ".";
        int needed = gpus.tasks() * taskCores(conf);
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

    /** What will leave cores idle or keep executors waiting, for a person. */
    public static List<String> warnings(SparkConf conf, GpuOptions gpus) {
        if (gpus.perExecutor() == 0 || isLocal(conf.get("spark.master"))) {
            return List.of();
        }
        List<String> warnings = new ArrayList<>();
        int cores = cores(conf);
        if (coresForGpu(conf, gpus) > gpus.tasksPerGpu()) {
            warnings.add("of an executor's " + cores + " cores only " + gpus.tasks() * taskCores(conf)
                    + " have tasks: leave out --tasks-per-gpu and " + taskAmount(gpus)
                    + ", and as many tasks decode for a GPU as there are cores");
        }
        if (cores == 0 && gpus.tasksPerGpu() == 1 && !gpus.staged()) {
            warnings.add(
                    "one task on each GPU decodes and infers in turn: set spark.executor.cores, and as many share it as"
                            + " there are cores");
        }
        if (isDynamic(conf)) {
            dynamicWarnings(conf, gpus, warnings);
        }
        return warnings;
    }

    private static void dynamicWarnings(SparkConf conf, GpuOptions gpus, List<String> warnings) {
        if (conf.getInt("spark.dynamicAllocation.minExecutors", 0) > 0) {
            warnings.add(
                    "spark.dynamicAllocation.minExecutors keeps executors without GPUs for the whole run: in a cluster"
                            + " that they fill, those with GPUs never come");
        }
        boolean bounded = conf.contains("spark.dynamicAllocation.maxExecutors") && cores(conf) > 0;
        if (gpus.staged() && !bounded) {
            warnings.add(
                    "executors that decode keep their cores until the model's stage has the pixels: where they could"
                            + " fill the cluster, leave room for those with GPUs with spark.dynamicAllocation.maxExecutors and"
                            + " spark.executor.cores");
        }
    }

    /** What this master and mode permit, in words. */
    public static String inWords(SparkConf conf, GpuOptions gpus) {
        if (gpus.perExecutor() == 0) {
            return "none asked for";
        }
        if (isLocal(conf.get("spark.master"))) {
            return "local mode schedules none: all tasks share GPU 0 if there is one";
        }
        String each = gpus.perExecutor() + " an executor, " + gpus.tasksPerGpu() + " tasks on each";
        return each
                + (isDynamic(conf)
                        ? "; dynamic allocation: a resource profile of executor and task"
                        : "; static allocation: executors hold them, a resource profile of the task");
    }

    public static boolean isDynamic(SparkConf conf) {
        return conf.getBoolean("spark.dynamicAllocation.enabled", false);
    }

    /** One JVM, without resource profiles; {@code local-cluster} is a cluster. */
    public static boolean isLocal(String master) {
        return master.startsWith("local") && !master.startsWith("local-cluster");
    }
}
