package io.vitrine.job.task;

import io.vitrine.gpu.HandOver;
import io.vitrine.job.metrics.ExecutorMetrics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Where the images of one task were decoded, if a GPU might have. Images without bytes do not count. Used by one thread. */
final class DecodingTally {
    private final Map<Reason, Long> onCpu = new EnumMap<>(Reason.class);
    private long onGpu;

    /** Why the CPU decoded an image: those of {@link HandOver}, and one of the task. */
    enum Reason {
        FORMAT,
        PROCESS,
        SAMPLING,
        STRUCTURE,
        DATA,
        PREPROCESSING,
        SIZE,
        DEVICE,
        /** A task that failed, perhaps because of the GPU. */
        ISOLATION;

        static Reason of(HandOver reason) {
            return switch (reason) {
                case FORMAT -> FORMAT;
                case PROCESS -> PROCESS;
                case SAMPLING -> SAMPLING;
                case STRUCTURE -> STRUCTURE;
                case DATA -> DATA;
                case PREPROCESSING -> PREPROCESSING;
                case SIZE -> SIZE;
                case DEVICE -> DEVICE;
            };
        }

        /** Its name in a run's record. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void countOnGpu() {
        onGpu++;
        ExecutorMetrics.countDecoded(1, 0);
    }

    void countOnCpu(Reason reason) {
        onCpu.merge(reason, 1L, Long::sum);
        ExecutorMetrics.countDecoded(0, 1);
    }

    long onGpu() {
        return onGpu;
    }

    long onCpu(Reason reason) {
        return onCpu.getOrDefault(reason, 0L);
    }
}
