package io.vitrine.job.gpu;

import io.vitrine.gpu.BatchDecoder;
import io.vitrine.gpu.MemoryLimits;
import io.vitrine.image.isolate.DecodeRecipe;

/** Opens the decoder of a GPU. */
@FunctionalInterface
public interface DecoderOpener {
    /**
     * Opens a decoder.
     *
     * @param gpu the number of the GPU
     * @param recipe how files become pixels
     * @param memory that it may take
     * @throws DecoderUnavailableException if it cannot run there
     */
    BatchDecoder open(int gpu, DecodeRecipe recipe, MemoryLimits memory) throws DecoderUnavailableException;
}
