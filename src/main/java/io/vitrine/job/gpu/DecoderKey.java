package io.vitrine.job.gpu;

import io.vitrine.image.isolate.DecodeRecipe;
import java.io.Serializable;

/**
 * Which decoder is wanted.
 *
 * @param name the same for equal recipes
 */
public record DecoderKey(String name, DecodeRecipe recipe) implements Serializable {}
