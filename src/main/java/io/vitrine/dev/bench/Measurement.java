package io.vitrine.dev.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * One timed stretch.
 *
 * @param cpuSeconds of this whole process: every thread, the collector and the compiler too
 */
record Measurement(long images, double seconds, double cpuSeconds) {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Does something, and says how many images it was. */
    interface Work {
        long run() throws Exception;
    }

    /** Times {@code work}. */
    static Measurement of(Work work) throws Exception {
        long cpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        long images = work.run();
        return new Measurement(images, (System.nanoTime() - start) / 1e9, (PROCESS.getProcessCpuTime() - cpu) / 1e9);
    }

    /** Both stretches as one. */
    Measurement plus(Measurement other) {
        return new Measurement(images + other.images, seconds + other.seconds, cpuSeconds + other.cpuSeconds);
    }

    double rate() {
        return images / seconds;
    }

    double cpuPerImage() {
        return cpuSeconds / images;
    }
}
