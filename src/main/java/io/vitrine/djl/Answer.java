package io.vitrine.djl;

import io.vitrine.ImageRejectedException;
import java.io.Serializable;
import java.util.Optional;

/**
 * Makes what the caller gets for an image.
 *
 * @param <I> what the caller gave
 * @param <O> what the caller gets
 */
interface Answer<I, O> extends Serializable {
    /** The answer for image {@code index} of a batch. */
    O of(I input, BatchOutputs outputs, int index, ExportedFolder exported);

    /** The answer for an image that can't be decoded; empty if the translator decides. */
    default Optional<O> rejected(ImageRejectedException rejection) {
        return Optional.empty();
    }
}
