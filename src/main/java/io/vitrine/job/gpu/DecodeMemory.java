package io.vitrine.job.gpu;

import io.vitrine.gpu.MemoryLimits;
import java.util.Locale;

/**
 * The memory that decoding on a GPU takes beyond decoding on the CPU:
 *
 * <ul>
 *   <li>on the GPU, once per executor process: at most {@link #DEVICE_BYTES}. An image takes 192 bytes for each 8 x 8 block of each
 *       component, and its file: a photo of 640 x 480 pixels 2 MB, one of 12 megapixels 60 MB. Fewer images are decoded together where
 *       they do not fit, and images that do not fit alone are handed over to the CPU.
 *   <li>page-locked, per task slot: a second batch of pixels, which is filled while the model runs on the first. 64 images of
 *       224 x 224 pixels take 64 * 224 * 224 * 3 bytes, about 9.6 MB.
 *   <li>page-locked, once per executor process: as much as its slots need at once, at most {@link #STAGING_BYTES}, from which files
 *       are uploaded. That is room for the files that 16 slots keep. Files that find no room are handed over.
 *   <li>on the heap, per task slot: the files of a batch, because the CPU may have to decode them: at most {@link #KEPT_BYTES} and
 *       one file. Where the files of a batch are larger, the GPU decodes it in several rounds. And 8 bytes for each restart interval,
 *       at most 512 KiB for each image of a batch; most JPEGs have none.
 * </ul>
 *
 * @param batchSize images of a batch
 * @param imageBytes the pixels of an image
 */
public record DecodeMemory(int batchSize, long imageBytes) {
    /** Of the GPU. */
    public static final long DEVICE_BYTES = 2L << 30;

    private static final long DATA_BYTES = 1L << 30; // of files
    private static final long STRUCTURE_BYTES = 64L << 20; // sizes, tables and places of the images of a launch

    /** Of page-locked memory for uploads. */
    public static final long STAGING_BYTES = DATA_BYTES + STRUCTURE_BYTES;

    /** Of a decoder. */
    public static final MemoryLimits LIMITS = new MemoryLimits(DEVICE_BYTES, DATA_BYTES);

    /** Of files that wait for the GPU. */
    public static final long KEPT_BYTES = 64L << 20;

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "at most %,d MiB of the GPU's memory and %,d MiB of page-locked memory per executor; per slot, at most %,d MiB"
                        + " of heap, and %,d MiB of page-locked memory in two batches of %d images of %,d bytes. While a JPEG is"
                        + " decoded, it takes of the GPU its file, and 4.5 bytes per pixel with quarter chroma, 9 with full",
                DEVICE_BYTES >> 20,
                STAGING_BYTES >> 20,
                KEPT_BYTES >> 20,
                2L * batchSize * imageBytes >> 20,
                batchSize,
                imageBytes);
    }
}
