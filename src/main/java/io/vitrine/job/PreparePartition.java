package io.vitrine.job;

import io.vitrine.fetch.ObjectReader;
import io.vitrine.fetch.Prefetch;
import io.vitrine.image.Limits;
import io.vitrine.image.Preprocessing;
import io.vitrine.image.Preprocessor;
import io.vitrine.image.Reading;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** One task's images, fetched and prepared, lazily. What the constructor takes is all that is serialised. */
final class PreparePartition implements Serializable {
    private static final long serialVersionUID = 1;

    private final Preprocessing preprocessing;
    private final Reading reading;
    private final Limits limits;
    private final int fetchAhead;
    private final long fetchBytes;
    private final Counters counters;
    private final Broadcast<SerializableConfiguration> configuration;

    PreparePartition(
            Preprocessing preprocessing,
            JobConfig config,
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

    Configuration hadoop() {
        return configuration.value().value();
    }

    /** The images; what they need is freed when the task ends. */
    Iterator<PreparedImage> prepare(Iterator<WorkItem> items) {
        Prefetch<WorkItem> prefetch = new Prefetch<>(
                items, WorkItem::ref, new ObjectReader(hadoop(), limits.maxBytes()), fetchAhead, fetchBytes);
        Preprocessor preprocessor = new Preprocessor(preprocessing, limits, reading);
        Timings timings = new Timings();
        TaskContext.get().addTaskCompletionListener(context -> {
            prefetch.close();
            preprocessor.close();
            counters.add(timings);
        });
        return new Preparation(prefetch, preprocessor, timings);
    }
}
