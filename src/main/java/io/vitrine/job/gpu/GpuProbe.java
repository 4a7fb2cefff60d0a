package io.vitrine.job.gpu;

import io.vitrine.ConfigurationException;
import io.vitrine.RunInterruptedException;
import io.vitrine.VitrineException;
import io.vitrine.inference.GpuRuntime;
import io.vitrine.job.request.GpuOptions;
import io.vitrine.job.spark.ClusterMode;
import io.vitrine.job.spark.SparkFailures;
import java.io.Serializable;
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

/** Runs one small task where the model would run, to find out whether a GPU can be used there, and whether it can decode. */
public final class GpuProbe implements FlatMapFunction<Iterator<Integer>, GpuProbe.Found> {
    private static final long serialVersionUID = 1;
    private static final long EXECUTOR_TIMEOUT_SECONDS = 180;

    private final String resource;
    private final boolean local;
    private final DecoderKey decoder; // null if none is asked for: Optional is not serializable

    private GpuProbe(String resource, boolean local, Optional<DecoderKey> decoder) {
        this.resource = resource;
        this.local = local;
        this.decoder = decoder.orElse(null);
    }

    /** What the task found. The texts are empty for what works. */
    record Found(String whyNoGpu, String whyNoDecoder) implements Serializable {}

    /**
     * What can be used.
     *
     * @param whyNoGpu why no GPU can; empty if one can
     * @param whyNoDecoder why that GPU cannot decode; empty if it can, or was not asked
     */
    public record Answer(Optional<String> whyNoGpu, Optional<String> whyNoDecoder) {
        /** No GPU. */
        public static Answer noGpu(String reason) {
            return new Answer(Optional.of(reason), Optional.empty());
        }
    }

    /**
     * Looks for a GPU.
     *
     * @param decoder that is to be opened; none if empty
     * @throws ConfigurationException if no executor with a GPU came in time
     */
    public static Answer look(
            JavaSparkContext context,
            GpuOptions gpus,
            Optional<ResourceProfile> profile,
            Optional<DecoderKey> decoder) {
        if (gpus.perExecutor() == 0 && !ClusterMode.isLocal(context.master())) {
            return Answer.noGpu("executors hold none: give --gpus-per-executor 1");
        }
        JavaRDD<Integer> one = context.parallelize(List.of(1), 1);
        JavaRDD<Found> answer =
                one.mapPartitions(new GpuProbe(gpus.resource(), ClusterMode.isLocal(context.master()), decoder));
        if (profile.isPresent()) {
            answer = answer.withResources(profile.get());
        }
        long timeoutSeconds = EXECUTOR_TIMEOUT_SECONDS
                + GpuProfile.executorIdleSeconds(context.getConf()); // idle executors keep the cores until then
        JavaFutureAction<List<Found>> probe = answer.collectAsync();
        try {
            Found found = probe.get(timeoutSeconds, TimeUnit.SECONDS).get(0);
            return new Answer(nonEmpty(found.whyNoGpu()), nonEmpty(found.whyNoDecoder()));
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

    private static Optional<String> nonEmpty(String text) {
        return Optional.of(text).filter(reason -> !reason.isEmpty());
    }

    @Override
    public Iterator<Found> call(Iterator<Integer> ignored) {
        return List.of(look()).iterator();
    }

    private Found look() {
        Optional<String> address = TaskGpu.address(TaskContext.get(), resource);
        if (address.isEmpty() && !local) {
            return new Found("Spark gave the task no address of the resource '" + resource + "'", "");
        }
        try {
            int gpu = TaskGpu.placement(address).gpu();
            Optional<String> unusable = GpuRuntime.whyUnusable(gpu);
            return unusable.isPresent() || decoder == null
                    ? new Found(unusable.orElse(""), "")
                    : new Found("", whyNoDecoder(gpu).orElse(""));
        } catch (VitrineException e) {
            return new Found(e.getMessage(), "");
        }
    }

    /** The decoder stays open for the tasks that follow. */
    private Optional<String> whyNoDecoder(int gpu) {
        SharedDecoder opened = DecoderHolder.startOpening(gpu, decoder).await();
        try {
            return opened.fault();
        } finally {
            opened.leave();
        }
    }
}
