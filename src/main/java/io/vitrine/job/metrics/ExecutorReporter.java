package io.vitrine.job.metrics;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers an executor's metrics, and sends those that add up to the driver every few seconds. */
final class ExecutorReporter implements ExecutorPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorReporter.class);
    private static final long INTERVAL_SECONDS = 2;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "vitrine-metrics");
        thread.setDaemon(true);
        return thread;
    });
    private PluginContext context;

    @Override
    public void init(PluginContext plugin, Map<String, String> unused) {
        context = plugin;
        ExecutorMetrics.register(plugin.metricRegistry());
        var unusedFuture =
                timer.scheduleWithFixedDelay(this::send, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    private void send() {
        try {
            context.send(new Object[] {context.executorID(), new HashMap<>(ExecutorMetrics.totals())});
        } catch (IOException
                | RuntimeException e) { // the driver is busy or gone; the next message has these numbers too
            LOG.debug("The driver did not get this executor's metrics", e);
        }
    }

    @Override
    public void shutdown() {
        timer.shutdownNow();
    }
}
