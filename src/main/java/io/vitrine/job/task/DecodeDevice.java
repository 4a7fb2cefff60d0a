package io.vitrine.job.task;

import io.vitrine.job.gpu.DecoderKey;
import java.io.Serializable;

/** Where tasks decode JPEGs. Other formats are decoded on the CPU. Pixels and statuses are the same. */
public sealed interface DecodeDevice extends Serializable {
    /**
     * The CPU.
     *
     * @param reason why no GPU decodes, for a person
     */
    record Cpu(String reason) implements DecodeDevice {
        @Override
        public String toString() {
            return "CPU";
        }
    }

    /**
     * The GPU of each task. The CPU decodes what it hands over.
     *
     * @param resource Spark's name of the resource
     * @param decoder that tasks open
     * @param fallback what happens where the decoder cannot be opened
     */
    record Gpu(String resource, DecoderKey decoder, Fallback fallback) implements DecodeDevice {
        @Override
        public String toString() {
            return "GPU";
        }
    }

    /** What happens where a GPU's decoder cannot be opened. Where one fails later, the CPU takes over in any case. */
    enum Fallback {
        /** The CPU decodes. */
        CPU,
        /** The run stops. */
        NONE
    }
}
