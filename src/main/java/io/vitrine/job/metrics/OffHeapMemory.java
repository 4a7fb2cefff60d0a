package io.vitrine.job.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricSet;
import io.vitrine.inference.NativeHeapUsage;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;

/**
 * Gauges of the memory outside the Java heap. The native heap holds the arenas of ONNX Runtime and PyTorch and the images that
 * OpenCV decodes. Mapped memory holds the weights, which are file pages that the kernel can drop.
 */
final class OffHeapMemory {
    private OffHeapMemory() {}

    static MetricSet gauges() {
        Map<String, Metric> gauges = Map.of(
                "direct_memory_bytes", (Gauge<Long>) () -> pool("direct"),
                "mapped_memory_bytes", (Gauge<Long>) () -> pool("mapped"),
                "native_heap_bytes", (Gauge<Long>) NativeHeapUsage::bytes);
        return () -> gauges;
    }

    private static long pool(String name) {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals(name))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
