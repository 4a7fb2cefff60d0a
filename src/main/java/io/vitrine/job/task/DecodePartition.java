package io.vitrine.job.task;

import io.vitrine.fetch.Prefetch;
import io.vitrine.fetch.ReadLimits;
import io.vitrine.fetch.SourceReaders;
import io.vitrine.image.isolate.DecodeIsolation;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.image.isolate.TaskDecoder;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.job.rows.WorkItem;
import io.vitrine.report.ImageStatistics;
import io.vitrine.web.WebSettings;
import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Fetches, decodes and preprocesses one task's images, lazily. The constructor lists all that is sent to tasks. */
public final class DecodePartition implements Serializable {
    private static final long serialVersionUID = 1;

    private final DecodeRecipe recipe;
    private final Duration imageTimeout; // null for none: Optional is not serializable
    private final DecodeIsolation isolation;
    private final int fetchAhead;
    private final long fetchBytes;
    private final ReadLimits readLimits;
    private final WebSettings web;
    private final Counters counters;
    private final Broadcast<SerializableConfiguration> configuration;

    /** @param isolation where a task's first attempt decodes */
    public DecodePartition(
            DecodeRecipe recipe,
            TaskSettings settings,
            DecodeIsolation isolation,
            WebSettings web,
            Counters counters,
            Broadcast<SerializableConfiguration> configuration) {
        this.recipe = recipe;
        this.imageTimeout = settings.imageTimeout().orElse(null);
        this.isolation = isolation;
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

    /** The decoded images. What decoding holds is freed when the task ends. */
    Iterator<DecodedImage> decode(Iterator<WorkItem> items) {
        SourceReaders reader = new SourceReaders(hadoop(), recipe.limits().maxBytes(), readLimits, web);
        Prefetch<WorkItem> prefetch = new Prefetch<>(items, WorkItem::ref, reader, fetchAhead, fetchBytes);
        TaskDecoder decoder = new TaskDecoder(recipe, Optional.ofNullable(imageTimeout), isolation(TaskContext.get()));
        TaskTimings timings = new TaskTimings();
        ImageStatistics statistics = new ImageStatistics();
        counters.beginUsage();
        TaskContext.get().addTaskCompletionListener(context -> {
            prefetch.close();
            decoder.close();
            counters.add(timings);
            counters.statistics().add(statistics);
            counters.endUsage();
        });
        return new DecodedImageIterator(prefetch, decoder, timings, statistics);
    }

    /** A task that is tried again may have lost its executor to one of its images. */
    private DecodeIsolation isolation(TaskContext task) {
        boolean again = task.attemptNumber() > 0 || task.stageAttemptNumber() > 0;
        return again && isolation == DecodeIsolation.AUTO ? DecodeIsolation.PROCESS : isolation;
    }
}
