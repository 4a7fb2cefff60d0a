package io.vitrine.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vitrine.report.PeakMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What this process holds at one moment of a long run.
 *
 * @param images done so far
 * @param seconds since the first image
 * @param imagesPerSecond since the sample before
 * @param residentBytes of the process
 * @param liveHeapBytes after a collection
 * @param nativeBytes resident bytes outside the heap, if the whole heap is resident
 * @param descriptors open file descriptors
 */
record MemorySample(
        long images,
        double seconds,
        double imagesPerSecond,
        long residentBytes,
        long liveHeapBytes,
        long nativeBytes,
        long descriptors,
        int threads) {

    static MemorySample now(long images, double seconds, double imagesPerSecond) {
        long live = PeakMemory.now().liveHeapBytes();
        long resident = resident();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new MemorySample(
                images,
                seconds,
                imagesPerSecond,
                resident,
                live,
                resident - heap,
                system.getOpenFileDescriptorCount(),
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static long resident() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("/proc/self/status has no VmRSS");
    }

    /** A row of a table in Markdown. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %,d | %,.0f | %,.0f | %,d | %,d | %,d | %d | %d |",
                images,
                seconds,
                imagesPerSecond,
                residentBytes >> 20,
                nativeBytes >> 20,
                liveHeapBytes >> 20,
                descriptors,
                threads);
    }

    /** The head of the table of {@link #row}s. */
    static String head() {
        return "| images | s | images/s | RSS, MiB | outside the heap, MiB | live heap, MiB | descriptors | threads |\n"
                + "|---|---|---|---|---|---|---|---|";
    }
}
