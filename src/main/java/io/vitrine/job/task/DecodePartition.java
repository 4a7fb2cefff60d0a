package io.vitrine.job.task;

import io.vitrine.fetch.ObjectReader;
import io.vitrine.fetch.Prefetch;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ImageLimits;
import io.vitrine.image.preprocess.ImagePreprocessor;
import io.vitrine.image.preprocess.Preprocessing;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.job.rows.WorkItem;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** One task's images, fetched and prepared, lazily. What the constructor takes is all that is serialised. */
public final class DecodePartition implements Serializable {
    private static final long serialVersionUID = 1;

    private final Preprocessing preprocessing;
    private final DecodeOptions reading;
    private final ImageLimits limits;
    private final int fetchAhead;
    private final long fetchBytes;
    private final Counters counters;
    private final Broadcast<SerializableConfiguration> configuration;

    public DecodePartition(
            Preprocessing preprocessing,
            ExtractRequest config,
            Counters counters,
            Broadcast<SerializableConfiguration> configuration) {
        this.preprocessing = preprocessing;
        this.reading = config.images().reading();
        this.limits = config.images().limits();
        this.fetchAhead = config.pace().fetchAhead();
        this.fetchBytes = config.pace().fetchBytes();
        this.counters = counters;
        this.configuration = configuration;
    }

    public Configuration hadoop() {
        return configuration.value().value();
    }

    /** The images; what they need is freed when the task ends. */
    Iterator<DecodedImage> prepare(Iterator<WorkItem> items) {
        Prefetch<WorkItem> prefetch = new Prefetch<>(
                items, WorkItem::ref, new ObjectReader(hadoop(), limits.maxBytes()), fetchAhead, fetchBytes);
        ImagePreprocessor preprocessor = new ImagePreprocessor(preprocessing, limits, reading);
        TaskTimings timings = new TaskTimings();
        TaskContext.get().addTaskCompletionListener(context -> {
            prefetch.close();
            preprocessor.close();
            counters.add(timings);
        });
        return new DecodedImageIterator(prefetch, preprocessor, timings);
    }
}
