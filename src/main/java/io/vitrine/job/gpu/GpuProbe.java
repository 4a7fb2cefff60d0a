package io.vitrine.job.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import io.vitrine.inference.GpuRuntime;
import io.vitrine.inference.Placement;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.spark.ClusterMode;
import io.vitrine.job.spark.SparkFailures;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.resource.ResourceProfile;

/** Runs one small task where the model would run, to find out whether a GPU can be used there. */
public final class GpuProbe implements FlatMapFunction<Iterator<Integer>, String> {
    private static final long serialVersionUID = 1;
    private static final long EXECUTOR_TIMEOUT_SECONDS = 180;

    private final String resource;
    private final boolean local;

    private GpuProbe(String resource, boolean local) {
        this.resource = resource;
        this.local = local;
    }

    /**
     * The reason why no GPU can be used; empty if one can.
     *
     * @throws ConfigurationException if no executor with a GPU came in time
     */
    public static Optional<String> unusable(
            JavaSparkContext context, GpuOptions gpus, Optional<ResourceProfile> profile) {
        if (gpus.perExecutor() == 0 && !ClusterMode.isLocal(context.master())) {
            return Optional.of("executors hold none: give --gpus-per-executor 1");
        }
        JavaRDD<Integer> one = context.parallelize(List.of(1), 1);
        JavaRDD<String> answer =
                one.mapPartitions(new GpuProbe(gpus.resource(), ClusterMode.isLocal(context.master())));
        if (profile.isPresent()) {
            answer = answer.withResources(profile.get());
        }
        long timeoutSeconds = EXECUTOR_TIMEOUT_SECONDS
                + GpuProfile.executorIdleSeconds(context.getConf()); // idle executors keep the cores until then
        JavaFutureAction<List<String>> probe = answer.collectAsync();
        try {
            return Optional.of(probe.get(timeoutSeconds, TimeUnit.SECONDS).get(0))
                    .filter(reason -> !reason.isEmpty());
        } catch (TimeoutException e) {
            probe.cancel(true);
            throw new ConfigurationException("No executor with the resource '" + gpus.resource() + "' came within "
                    + timeoutSeconds + " s. Check the workers' discovery script and what else runs on the cluster.");
        } catch (ExecutionException e) {
            throw SparkFailures.cause(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunInterruptedException("Interrupted while looking for a GPU", e);
        }
    }

    @Override
    public Iterator<String> call(Iterator<Integer> ignored) {
        Optional<String> address = TaskGpu.address(TaskContext.get(), resource);
        if (address.isEmpty() && !local) {
            return List.of("Spark gave the task no address of the resource '" + resource + "'")
                    .iterator();
        }
        try {
            Placement placement = TaskGpu.placement(address);
            return List.of(GpuRuntime.whyUnusable(placement.gpu()).orElse("")).iterator();
        } catch (VitrineException e) {
            return List.of(e.getMessage()).iterator();
        }
    }
}
