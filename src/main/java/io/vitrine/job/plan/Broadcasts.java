package io.vitrine.job.plan;

import io.vitrine.job.output.Uninterrupted;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the driver sends to all tasks of a commit. The executors drop it at {@link #close}, and not when the driver's garbage collector
 * comes to it: a filter of a commit has up to 64 MiB.
 */
public final class Broadcasts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broadcasts.class);

    private final JavaSparkContext spark;
    private final List<Broadcast<?>> sent = new ArrayList<>();

    public Broadcasts(JavaSparkContext spark) {
        this.spark = spark;
    }

    /** The session's context. */
    public JavaSparkContext spark() {
        return spark;
    }

    /** Sends {@code value} to each executor that asks for it. */
    public <T> Broadcast<T> send(T value) {
        Broadcast<T> broadcast = spark.broadcast(value);
        sent.add(broadcast);
        return broadcast;
    }

    /** No task may use the values any more. That some can't be dropped fails no commit. */
    @Override
    public void close() {
        if (spark.sc().isStopped()) {
            return;
        }
        try {
            Uninterrupted.cleanUp(() -> sent.forEach(Broadcast::destroy));
        } catch (RuntimeException e) {
            LOG.warn("Executors keep what this commit has sent them until the garbage collector comes to it", e);
        }
    }
}
