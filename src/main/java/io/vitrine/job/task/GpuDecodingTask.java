package io.vitrine.job.task;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.decode.ImageHeader;
import io.vitrine.image.isolate.DecodeRecipe;
import io.vitrine.job.gpu.SharedDecoder;
import java.util.Optional;

/**
 * What the batches of a task share that decodes on a GPU. Used by one thread.
 *
 * @param cpu decodes what the GPU does not
 * @param maxKeptBytes limit on the files that wait for the GPU in one round; one file more may come on top
 */
record GpuDecodingTask(
        DecodeRecipe recipe,
        SharedDecoder decoder,
        AwaitedFiles files,
        CpuDecoding cpu,
        ImageNotes notes,
        TaskTimings timings,
        DecodingTally tally,
        long maxKeptBytes) {
    private static final String JPEG_SIGNATURE = "\u00ff\u00d8\u00ff";

    static boolean isJpeg(FileBytes file) {
        return file.matches(0, JPEG_SIGNATURE);
    }

    /** The header of a JPEG; empty if it cannot be read, for which the CPU's decoder finds the words. */
    Optional<ImageHeader> readHeader(FileBytes file) {
        try {
            return Optional.of(
                    ImageHeader.read(file, recipe.limits(), recipe.options().heic()));
        } catch (ImageRejectedException | RuntimeException | OutOfMemoryError e) {
            return Optional.empty();
        }
    }
}
