package io.vitrine.gpu;

import io.vitrine.image.isolate.DecodeRecipe;

/** Decoders whose kernels run on the CPU. */
public final class EmulatedDecoding {
    private EmulatedDecoding() {}

    /** Opens a decoder. Skips the test, saying why, where there is no g++. */
    public static BatchDecoder open(DecodeRecipe recipe, MemoryLimits memory) {
        return new DecodingDevice(EmulatedDevice.shipped())
                .onlyDecoder(recipe.preprocessing(), recipe.options(), recipe.limits(), memory);
    }
}
