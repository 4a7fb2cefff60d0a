package io.vitrine.soak;

import com.sun.management.ThreadMXBean;
import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What one image cost the thread that preprocessed it.
 *
 * @param status {@code ok}, or that of the rejection
 * @param heapBytes allocated on the heap, in all
 * @param residentBytes by which the process grew at most, heap included; 0 if the system does not tell
 * @param nanos of CPU time
 */
record DecodingCost(String status, long heapBytes, long residentBytes, long nanos) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Path RESET_PEAK = Path.of("/proc/self/clear_refs");
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Preprocesses {@code file}. Anything thrown but a rejection is thrown on. */
    static DecodingCost of(ImagePreprocessor preprocessor, byte[] file) {
        long residentBefore = resetPeak() ? kilobytes("VmRSS:") : 0;
        long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
        long start = THREADS.getCurrentThreadCpuTime();
        String status;
        try {
            preprocessor.preprocess(FileBytes.of(file));
            status = "ok";
        } catch (ImageRejectedException e) {
            status = e.reason().status();
        }
        return new DecodingCost(
                status,
                THREADS.getCurrentThreadAllocatedBytes() - heapBefore,
                residentBefore == 0 ? 0 : (kilobytes("VmHWM:") - residentBefore) << 10,
                THREADS.getCurrentThreadCpuTime() - start);
    }

    private static boolean resetPeak() {
        try {
            Files.writeString(RESET_PEAK, "5"); // Linux: VmHWM starts again
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static long kilobytes(String field) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
