package io.vitrine.gpu;

/**
 * How much memory a decoder may take.
 *
 * @param deviceBytes of the device. Images that need more alone are handed over.
 * @param stagingBytes page-locked, of the host, for files of all batches that wait. Files beyond are handed over.
 */
public record MemoryLimits(long deviceBytes, long stagingBytes) {
    /** 1 GiB of the device and 256 MiB of the host. */
    public static final MemoryLimits DEFAULT = new MemoryLimits(1L << 30, 256L << 20);
}
