package io.vitrine.dev.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The time that some images took.
 *
 * @param cpuSeconds of all threads of this process, the collector's and the compiler's included
 */
record Measurement(long images, double seconds, double cpuSeconds) {
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Work on images. */
    interface Work {
        /** Does the work and returns how many images it was. */
        long run() throws Exception;
    }

    /** Times {@code work}. */
    static Measurement of(Work work) throws Exception {
        Stopwatch watch = Stopwatch.start();
        return watch.stop(work.run());
    }

    /** A measurement that has begun. */
    record Stopwatch(long startNanos, long startCpuNanos) {
        static Stopwatch start() {
            return new Stopwatch(System.nanoTime(), PROCESS.getProcessCpuTime());
        }

        /** The time since the start, for {@code images} images. */
        Measurement stop(long images) {
            return new Measurement(
                    images,
                    (System.nanoTime() - startNanos) / 1e9,
                    (PROCESS.getProcessCpuTime() - startCpuNanos) / 1e9);
        }
    }

    /** The sum of both. */
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
