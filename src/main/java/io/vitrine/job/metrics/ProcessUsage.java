package io.vitrine.job.metrics;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StorageStatistics;

/**
 * What this process uses while tasks run, divided among them without counting anything twice: a task that ends gets what was
 * used since another one ended. CPU time is that of all threads: the engine's, those that fetch, and the collector's.
 */
public final class ProcessUsage {
    private static int running;
    private static Share claimed;

    private ProcessUsage() {}

    /** One task's share. */
    public record Share(long cpuNanos, long storageRetries) {
        private Share minus(Share other) {
            return new Share(cpuNanos - other.cpuNanos, storageRetries - other.storageRetries);
        }
    }

    /** Begins a task. */
    public static synchronized void begin() {
        if (running == 0) {
            claimed = now();
        }
        running++;
    }

    /** Ends a task. */
    public static synchronized Share end() {
        running--;
        Share now = now();
        Share share = now.minus(claimed);
        claimed = now;
        return share;
    }

    private static Share now() {
        return new Share(cpuNanos(), storageRetries());
    }

    /** CPU time of this process; 0 if the JVM does not know it. */
    static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? Math.max(0, system.getProcessCpuTime())
                : 0;
    }

    /** Requests that S3A repeated in this process, throttled ones included. */
    static long storageRetries() {
        long retries = 0;
        Iterator<StorageStatistics> stores =
                FileSystem.getGlobalStorageStatistics().iterator();
        while (stores.hasNext()) {
            StorageStatistics store = stores.next();
            retries += Stream.of("store_io_retry", "store_io_throttled")
                    .map(store::getLong)
                    .mapToLong(count -> count == null ? 0 : count)
                    .sum();
        }
        return retries;
    }
}
