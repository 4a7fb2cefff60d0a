package io.vitrine.job.task;

import io.vitrine.fetch.ObjectReader;
import io.vitrine.fetch.Prefetch;
import io.vitrine.fetch.ReadLimits;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.job.request.ImageRequest;
import io.vitrine.job.request.TaskSettings;
import io.vitrine.job.rows.WorkItem;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Fetches, decodes and preprocesses one task's images, lazily. The constructor lists all that is sent to tasks. */
public final class DecodePartition implements Serializable {
    private static final long serialVersionUID = 1;

    private final Preprocessing preprocessing;
    private final DecodeOptions decoding;
    private final ImageLimits limits;
    private final int fetchAhead;
    private final long fetchBytes;
    private final ReadLimits readLimits;
    private final Counters counters;
    private final Broadcast<SerializableConfiguration> configuration;

    public DecodePartition(
            Preprocessing preprocessing,
            ImageRequest images,
            TaskSettings settings,
            Counters counters,
            Broadcast<SerializableConfiguration> configuration) {
        this.preprocessing = preprocessing;
        this.decoding = images.decoding();
        this.limits = images.limits();
        this.fetchAhead = settings.fetchAhead();
        this.fetchBytes = settings.fetchBytes();
        this.readLimits = new ReadLimits(settings.objectTimeout(), settings.objectRate());
        this.counters = counters;
        this.configuration = configuration;
    }

    public Configuration hadoop() {
        return configuration.value().value();
    }

    /** The decoded images. What decoding holds is freed when the task ends. */
    Iterator<DecodedImage> decode(Iterator<WorkItem> items) {
        ObjectReader reader = new ObjectReader(hadoop(), limits.maxBytes(), readLimits);
        Prefetch<WorkItem> prefetch = new Prefetch<>(items, WorkItem::ref, reader, fetchAhead, fetchBytes);
        ImagePreprocessor preprocessor = new ImagePreprocessor(preprocessing, limits, decoding);
        TaskTimings timings = new TaskTimings();
        TaskContext.get().addTaskCompletionListener(context -> {
            prefetch.close();
            preprocessor.close();
            counters.add(timings);
        });
        return new DecodedImageIterator(prefetch, preprocessor, timings);
    }
}
