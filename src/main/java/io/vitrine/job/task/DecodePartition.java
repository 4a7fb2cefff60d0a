package io.vitrine.job.task;

import io.vitrine.ConfigurationException;
import io.vitrine.fetch.Prefetch;
import io.vitrine.fetch.ReadLimits;
import io.vitrine.fetch.SourceReaders;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.image.isolate.TaskDecoder;
import io.vitrine.job.gpu.DecodeMemory;
import io.vitrine.job.gpu.DecoderHolder;
import io.vitrine.job.gpu.FailedTasks;
import io.vitrine.job.gpu.SharedDecoder;
import io.vitrine.job.gpu.TaskGpu;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.report.ImageStatistics;
import io.vitrine.report.RunRecord;
import io.vitrine.web.WebSettings;
import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Fetches, decodes and preprocesses one task's images, lazily. The constructor lists all that is sent to tasks. */
public final class DecodePartition implements Serializable {
    private static final long serialVersionUID = 1;

    private final DecodeRecipe recipe;
    private final Duration imageTimeout; // null for none: Optional is not serializable
    private final DecodeIsolation isolation;
    private final DecodeDevice device;
    private final int fetchAhead;
    private final long fetchBytes;
    private final ReadLimits readLimits;
    private final WebSettings web;
    private final Counters counters;
    private final Broadcast<SerializableConfiguration> configuration;

    /**
     * @param isolation where a task's first attempt decodes what the CPU decodes
     * @param device of batches, see {@link #open}
     */
    public DecodePartition(
            DecodeRecipe recipe,
            TaskSettings settings,
            DecodeIsolation isolation,
            DecodeDevice device,
            WebSettings web,
            Counters counters,
            Broadcast<SerializableConfiguration> configuration) {
        this.recipe = recipe;
        this.imageTimeout = settings.imageTimeout().orElse(null);
        this.isolation = isolation;
        this.device = device;
        this.fetchAhead = settings.fetchAhead();
        this.fetchBytes = settings.fetchBytes();
        this.readLimits = new ReadLimits(settings.objectTimeout(), settings.objectRate());
        this.web = web;
        this.counters = counters;
        this.configuration = configuration;
    }

    public Configuration hadoop() {
        return configuration.value().value();
    }

    /**
     * Opens a task's batches. What decoding holds is freed when the task ends. Where a GPU decodes, its decoder is opened meanwhile,
     * once in a process.
     */
    BatchSource.Opener open(Iterator<WorkItem> items) {
        if (device instanceof DecodeDevice.Gpu gpu) {
            return gpuBatches(items, gpu);
        }
        Iterator<DecodedImage> images = decode(items);
        return runner -> new DecodedBatches(images, runner.batch());
    }

    /** The decoded images, on the CPU. What decoding holds is freed when the task ends. */
    Iterator<DecodedImage> decode(Iterator<WorkItem> items) {
        return new DecodingTask(items, /* keptBytes= */ 0).images();
    }

    private BatchSource.Opener gpuBatches(Iterator<WorkItem> items, DecodeDevice.Gpu gpu) {
        boolean suspect = isGpuSuspect(TaskContext.get());
        if (suspect && gpu.fallback() == DecodeDevice.Fallback.CPU) { // opening may be what fails
            DecodingTask task = new DecodingTask(items, /* keptBytes= */ 0);
            return runner -> new DecodedBatches(task.images(DecodingTally.Reason.ISOLATION), runner.batch());
        }
        int number = TaskGpu.placement(TaskGpu.address(TaskContext.get(), gpu.resource()))
                .gpu();
        DecoderHolder.Opening opening = DecoderHolder.startOpening(number, gpu.decoder());
        DecodingTask task = new DecodingTask(items, DecodeMemory.KEPT_BYTES);
        return runner -> {
            SharedDecoder decoder = opening.await();
            GpuDecodingTask decoding = task.onGpu(decoder, number);
            Optional<String> fault = decoder.fault();
            if (fault.isPresent() && gpu.fallback() == DecodeDevice.Fallback.NONE && !decoder.wasOpened()) {
                throw new ConfigurationException("--decode-on gpu, but GPU " + number + " of executor "
                        + SparkEnv.get().executorId() + " cannot decode images: " + fault.get()
                        + ". Use --decode-on auto or cpu.");
            }
            if (fault.isPresent() || suspect) {
                DecodingTally.Reason reason = suspect ? DecodingTally.Reason.ISOLATION : DecodingTally.Reason.DEVICE;
                return new DecodedBatches(task.images(reason), runner.batch());
            }
            TaskContext.get().addTaskFailureListener((context, error) -> {
                FailedTasks.add(context.stageId(), context.partitionId());
            });
            return new GpuBatches(decoding, runner.batch(), runner::secondBatch, runner::discardBatches);
        };
    }

    /**
     * Whether the GPU may be why a task is tried again: an attempt failed in this process, or two failed anywhere. One lost executor
     * is no such sign, because clusters take executors back, and neither is a stage that is tried again for the files of others.
     */
    private static boolean isGpuSuspect(TaskContext task) {
        return task.attemptNumber() > 1 || FailedTasks.contains(task.stageId(), task.partitionId());
    }

    /** Such a task may have lost its executor to one of its images. */
    private static boolean isTriedAgain(TaskContext task) {
        return task.attemptNumber() > 0 || task.stageAttemptNumber() > 0;
    }

    private DecodeIsolation isolation(TaskContext task) {
        return isTriedAgain(task) && isolation == DecodeIsolation.AUTO ? DecodeIsolation.PROCESS : isolation;
    }

    /** The parts of a running task. */
    private final class DecodingTask {
        private final TaskTimings timings = new TaskTimings();
        private final DecodingTally tally = new DecodingTally();
        private final ImageNotes notes;
        private final Prefetch<WorkItem> prefetch;
        private final AwaitedFiles files;
        private final CpuDecoding cpu;

        DecodingTask(Iterator<WorkItem> items, long keptBytes) {
            SourceReaders reader = new SourceReaders(hadoop(), recipe.limits().maxBytes(), readLimits, web);
            prefetch = new Prefetch<>(items, WorkItem::ref, reader, fetchAhead, fetchBytes, keptBytes);
            TaskDecoder decoder =
                    new TaskDecoder(recipe, Optional.ofNullable(imageTimeout), isolation(TaskContext.get()));
            ImageStatistics statistics = new ImageStatistics();
            notes = new ImageNotes(statistics);
            files = new AwaitedFiles(prefetch, prefetch::keep, timings);
            cpu = new CpuDecoding(decoder, timings, notes);
            counters.beginUsage();
            TaskContext.get().addTaskCompletionListener(context -> {
                prefetch.close();
                decoder.close();
                counters.add(timings);
                counters.decoding().add(tally);
                counters.statistics().add(statistics);
                counters.endUsage();
            });
        }

        Iterator<DecodedImage> images() {
            return new DecodedImageIterator(files, cpu, () -> {});
        }

        /** @param reason why the GPU does not decode them */
        Iterator<DecodedImage> images(DecodingTally.Reason reason) {
            return new DecodedImageIterator(files, cpu, () -> tally.countOnCpu(reason));
        }

        /** @param decoder is left when the task ends */
        GpuDecodingTask onGpu(SharedDecoder decoder, int gpu) {
            TaskContext.get().addTaskCompletionListener(context -> {
                if (!context.isFailed()) { // the counts of failed tasks do not count
                    decoder.takeFault().ifPresent(reason -> report(gpu, reason));
                }
                decoder.leave();
            });
            return new GpuDecodingTask(recipe, decoder, files, cpu, notes, timings, tally, DecodeMemory.KEPT_BYTES);
        }

        private void report(int gpu, String reason) {
            String executor = SparkEnv.get().executorId();
            counters.decoding().faults().add(new RunRecord.DecoderFault(executor, Integer.toString(gpu), reason));
        }
    }
}
