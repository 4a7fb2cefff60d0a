package io.vitrine.job.metrics;

import com.codahale.metrics.Gauge;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;

/** Sums what executors send, in gauges whose names begin with {@code job.}. Executors that are gone keep counting. */
final class DriverTotals implements DriverPlugin {
    private final Map<String, Map<String, Number>> executors = new ConcurrentHashMap<>(); // the latest by executor

    @Override
    public void registerMetrics(String application, PluginContext context) {
        ExecutorMetrics.totals().keySet().forEach(name -> context.metricRegistry()
                .register("job." + name, (Gauge<Number>) () -> sum(name)));
        context.metricRegistry().register("job.executors", (Gauge<Integer>) executors::size);
    }

    /** Takes an executor's id and numbers, in classes of the JDK: the driver's RPC may not know those of the job's jar. */
    @Override
    @SuppressWarnings("unchecked") // only the executors' plugin sends
    public Object receive(Object message) {
        Object[] parts = (Object[]) message;
        executors.put((String) parts[0], (Map<String, Number>) parts[1]);
        return null;
    }

    private Number sum(String name) {
        double sum = executors.values().stream()
                .mapToDouble(numbers -> numbers.getOrDefault(name, 0).doubleValue())
                .sum();
        return name.endsWith("_seconds") ? Double.valueOf(sum) : (Number) Math.round(sum);
    }
}
