package io.vitrine.job.plan;

import io.vitrine.graph.ModelSignature;
import io.vitrine.inference.MemoryFootprint;
import io.vitrine.job.gpu.DecodeMemory;
import io.vitrine.job.output.ParquetSettings;
import io.vitrine.job.task.DecodeDevice;
import io.vitrine.job.task.ModelDevice;
import java.util.Locale;

/**
 * The memory that an executor needs at most, in bytes, for images of up to {@link #TYPICAL_PIXELS}.
 *
 * <p>On the heap, each task slot holds the bytes it reads ahead and the file it decodes, three row groups of Parquet buffers
 * (being filled, encoded, written), a batch's features twice, and three bytes per pixel of the image it decodes (a JPEG), twice while
 * the image is turned. Off the heap, the executor holds the model once, and each slot its batch and the image's pixels again.
 * Decoding on a GPU adds what {@link DecodeMemory} says.
 *
 * @param heapPerSlot Java heap per task slot
 * @param heap Java heap of Spark itself
 * @param nativePerSlot memory outside the heap per task slot
 * @param model memory outside the heap, once
 * @param staging page-locked memory for decoding on a GPU, once; 0 where the CPU decodes
 */
record MemoryEstimate(long heapPerSlot, long heap, long nativePerSlot, long model, long staging) {
    private static final long TYPICAL_PIXELS = 12_000_000;
    private static final long TYPICAL_FILE = 8L << 20; // of so many pixels, as a JPEG
    private static final long SPARK_HEAP = 400L << 20;
    private static final int BYTES_PER_PIXEL = 3;

    static MemoryEstimate of(ExtractPlan plan) {
        MemoryFootprint footprint = plan.model().footprint();
        int batchSize = plan.execution().batchSize();
        long features = footprint.signature().outputs().stream()
                .mapToLong(ModelSignature.Output::bytes)
                .sum();
        long image = BYTES_PER_PIXEL * TYPICAL_PIXELS;
        long heapPerSlot = plan.request().tasks().fetchBytes()
                + TYPICAL_FILE
                + 3L * ParquetSettings.ROW_GROUP_BYTES
                + 2L * batchSize * features
                + 2 * image;
        boolean onGpu = plan.execution().device() instanceof ModelDevice.Gpu;
        long pixels = footprint.signature().imageBytes();
        long batch = batchSize * (onGpu ? features + pixels : footprint.bytesPerImage());
        if (!(plan.execution().decoding() instanceof DecodeDevice.Gpu)) {
            return new MemoryEstimate(heapPerSlot, SPARK_HEAP, batch + image, footprint.modelBytes(), /* staging= */ 0);
        }
        return new MemoryEstimate(
                heapPerSlot + DecodeMemory.KEPT_BYTES,
                SPARK_HEAP,
                batch + batchSize * pixels + image,
                footprint.modelBytes(),
                DecodeMemory.STAGING_BYTES);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "an executor needs %,d MiB of heap per slot and %,d MiB for Spark; outside the heap, %,d MiB per slot"
                        + " and %,d MiB for the model%s (images of up to %d megapixels)",
                heapPerSlot >> 20,
                heap >> 20,
                nativePerSlot >> 20,
                model >> 20,
                staging == 0
                        ? ""
                        : String.format(Locale.ROOT, ", and at most %,d MiB to decode on the GPU", staging >> 20),
                TYPICAL_PIXELS / 1_000_000);
    }
}
