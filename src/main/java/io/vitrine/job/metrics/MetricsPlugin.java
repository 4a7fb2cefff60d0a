package io.vitrine.job.metrics;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Puts the counters of tasks into Spark's metrics system ({@code spark.plugins}). Each executor registers its own, for sinks
 * that executors have. The driver registers their sums, because Spark serves Prometheus from the driver's page only.
 */
public final class MetricsPlugin implements SparkPlugin {
    @Override
    public DriverPlugin driverPlugin() {
        return new DriverTotals();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorReporter();
    }
}
