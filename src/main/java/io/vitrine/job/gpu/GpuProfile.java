package io.vitrine.job.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.spark.ClusterMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * How Spark schedules tasks on GPUs, by kind of cluster. With dynamic allocation, a resource profile describes executors and
 * tasks. With static allocation, executors hold GPUs from their start, and a profile says what share of one a task takes. Local
 * mode has no profiles and schedules no GPUs.
 */
public final class GpuProfile {
    /** Spark parses fractions of a GPU from decimal text, so equal fractions can differ in the last digits. */
    private static final double ROUNDING = 1.0001;

    private GpuProfile() {}

    /**
     * Completes a session's settings before it starts, and refuses settings that deadlock or leave GPUs idle.
     *
     * @return the options with the number of tasks per GPU chosen
     * @throws ConfigurationException naming the setting
     */
    public static GpuOptions configure(SparkConf conf, GpuOptions requested) {
        if (!isScheduled(conf, requested)) {
            return requested;
        }
        GpuOptions gpus = requested.tasksPerGpu().isPresent()
                ? requested
                : requested.withTasksPerGpu(chooseTasksPerGpu(conf, requested));
        requireCores(conf, gpus);
        if (ClusterMode.isDynamic(conf)) { // the resource profile says everything
            releaseIdleExecutors(conf);
        } else {
            configureStatic(conf, gpus);
        }
        return gpus;
    }

    private static boolean isScheduled(SparkConf conf, GpuOptions gpus) {
        return gpus.perExecutor() > 0 && !ClusterMode.isLocal(conf);
    }

    private static void configureStatic(SparkConf conf, GpuOptions gpus) {
        String executor = executorSetting(gpus, "amount");
        String task = taskSetting(gpus);
        conf.setIfMissing(executor, Integer.toString(gpus.perExecutor()));
        // At its default of 1, an executor runs one task per GPU whatever the profile says.
        conf.setIfMissing(task, gpus.requireTasksPerGpu() == 1 ? "1" : Double.toString(gpus.gpusPerTask()));
        if (conf.getDouble(task, 1) > gpus.gpusPerTask() * ROUNDING) {
            throw new ConfigurationException(task + " is " + conf.get(task) + ", so fewer tasks would share a GPU than"
                    + " --tasks-per-gpu " + gpus.requireTasksPerGpu() + " says. Leave the setting out, or set it to "
                    + gpus.gpusPerTask() + ".");
        }
        if (conf.getInt(executor, 0) != gpus.perExecutor()) {
            throw new ConfigurationException(executor + " is " + conf.get(executor) + ", but --gpus-per-executor is "
                    + gpus.perExecutor() + ". Leave the setting out.");
        }
    }

    /**
     * Lets idle executors give back their cores to the executors that run the model. Otherwise an executor that holds blocks of
     * a finished shuffle or of a cached table stays as long as the driver remembers these blocks.
     */
    private static void releaseIdleExecutors(SparkConf conf) {
        String idle = executorIdleSeconds(conf) + "s";
        conf.setIfMissing("spark.dynamicAllocation.shuffleTracking.timeout", idle);
        conf.setIfMissing("spark.dynamicAllocation.cachedExecutorIdleTimeout", idle);
    }

    /** How long an idle executor can keep its cores, in seconds; 0 with static allocation. */
    static long executorIdleSeconds(SparkConf conf) {
        return ClusterMode.isDynamic(conf)
                ? conf.getTimeAsSeconds("spark.dynamicAllocation.executorIdleTimeout", "60s")
                : 0;
    }

    /** One task per core, within the share of a GPU that the session sets; 1 where neither is known. */
    private static int chooseTasksPerGpu(SparkConf conf, GpuOptions gpus) {
        int byCores = tasksPerGpuByCores(conf, gpus);
        double share = conf.getDouble(taskSetting(gpus), 0);
        return Math.max(1, share > 0 ? Math.min(byCores, (int) (ROUNDING / share)) : byCores);
    }

    /** Each task on a GPU needs a core, or part of the GPU stays unused. */
    private static void requireCores(SparkConf conf, GpuOptions gpus) {
        int cores = executorCores(conf);
        int needed = gpus.tasksPerExecutor() * taskCores(conf);
        if (cores > 0 && cores < needed) {
            throw new ConfigurationException("An executor has " + cores + " cores (spark.executor.cores), but "
                    + gpus.perExecutor() + " GPUs with " + gpus.requireTasksPerGpu() + " tasks each need " + needed
                    + ". Give executors more cores, or choose fewer --tasks-per-gpu.");
        }
    }

    /**
     * An executor's cores; 0 where they are not known before it starts. Without the setting, a standalone worker gives all it
     * has, a resource profile asks for as many as the GPUs need, and YARN and Kubernetes give one.
     */
    private static int executorCores(SparkConf conf) {
        boolean unknown = conf.get("spark.master").startsWith("spark://") || ClusterMode.isDynamic(conf);
        return conf.getInt("spark.executor.cores", unknown ? 0 : 1);
    }

    /** The tasks per GPU that an executor has cores for; 0 where its cores are not known. */
    private static int tasksPerGpuByCores(SparkConf conf, GpuOptions gpus) {
        return executorCores(conf) / taskCores(conf) / gpus.perExecutor();
    }

    private static int taskCores(SparkConf conf) {
        return conf.getInt("spark.task.cpus", 1);
    }

    private static String taskSetting(GpuOptions gpus) {
        return "spark.task.resource." + gpus.resource() + ".amount";
    }

    private static String executorSetting(GpuOptions gpus, String name) {
        return "spark.executor.resource." + gpus.resource() + "." + name;
    }

    /** The resource profile of the stage that runs the model; empty where Spark schedules no GPUs. */
    public static Optional<ResourceProfile> of(SparkConf conf, GpuOptions gpus) {
        if (!isScheduled(conf, gpus)) {
            return Optional.empty();
        }
        ResourceProfileBuilder profile = new ResourceProfileBuilder();
        if (ClusterMode.isDynamic(conf)) {
            profile.require(executorRequests(conf, gpus));
        }
        profile.require(new TaskResourceRequests().cpus(taskCores(conf)).resource(gpus.resource(), gpus.gpusPerTask()));
        return Optional.of(profile.build());
    }

    private static ExecutorResourceRequests executorRequests(SparkConf conf, GpuOptions gpus) {
        int needed = gpus.tasksPerExecutor() * taskCores(conf);
        ExecutorResourceRequests requests = new ExecutorResourceRequests()
                .cores(conf.getInt("spark.executor.cores", needed))
                .memory(conf.getSizeAsMb("spark.executor.memory", "1g") + "m")
                .resource(
                        gpus.resource(),
                        gpus.perExecutor(),
                        conf.get(executorSetting(gpus, "discoveryScript"), ""),
                        conf.get(executorSetting(gpus, "vendor"), ""));
        if (conf.contains("spark.executor.memoryOverhead")) {
            requests.memoryOverhead(conf.getSizeAsMb("spark.executor.memoryOverhead") + "m");
        }
        return requests;
    }

    /** Warnings about settings that leave cores idle or keep executors waiting. */
    public static List<String> warnings(SparkConf conf, GpuOptions gpus) {
        if (!isScheduled(conf, gpus)) {
            return List.of();
        }
        List<String> warnings = new ArrayList<>();
        int cores = executorCores(conf);
        if (tasksPerGpuByCores(conf, gpus) > gpus.requireTasksPerGpu()) {
            warnings.add("of an executor's " + cores + " cores only " + gpus.tasksPerExecutor() * taskCores(conf)
                    + " have tasks: leave out --tasks-per-gpu and " + taskSetting(gpus)
                    + " to run one decoding task per core");
        }
        if (cores == 0 && gpus.requireTasksPerGpu() == 1 && !gpus.isStaged()) {
            warnings.add(
                    "one task per GPU decodes and infers in turn: set spark.executor.cores to share the GPU between"
                            + " one task per core");
        }
        if (ClusterMode.isDynamic(conf)) {
            addDynamicWarnings(conf, gpus, warnings);
        }
        return warnings;
    }

    private static void addDynamicWarnings(SparkConf conf, GpuOptions gpus, List<String> warnings) {
        if (conf.getInt("spark.dynamicAllocation.minExecutors", 0) > 0) {
            warnings.add(
                    "spark.dynamicAllocation.minExecutors keeps executors without GPUs for the whole run: if they fill"
                            + " the cluster, executors with GPUs never start");
        }
        boolean bounded = conf.contains("spark.dynamicAllocation.maxExecutors") && executorCores(conf) > 0;
        if (gpus.isStaged() && !bounded) {
            warnings.add("executors that decode keep their cores until the model's stage has the pixels: set"
                    + " spark.dynamicAllocation.maxExecutors and spark.executor.cores so that they leave room for those with"
                    + " GPUs");
        }
    }

    /** How Spark schedules the GPUs, for the plan. */
    public static String describe(SparkConf conf, GpuOptions gpus) {
        if (gpus.perExecutor() == 0) {
            return "none requested";
        }
        if (ClusterMode.isLocal(conf)) {
            return "local mode schedules none: all tasks share GPU 0 if there is one";
        }
        return gpus.perExecutor() + " per executor, " + gpus.requireTasksPerGpu() + " tasks on each; "
                + (ClusterMode.isDynamic(conf)
                        ? "dynamic allocation: a resource profile of executor and task"
                        : "static allocation: executors hold them, a resource profile of the task");
    }
}
