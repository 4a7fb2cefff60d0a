package io.vitrine.graph;

/** Where a linear map stands in the model. {@link Precision#int8} quantizes {@link #ENCODER} only. */
public enum LinearRole {
    /** From the pixels of a patch to its token. */
    PATCH_PROJECTION,
    /** Attention projections and MLPs of the encoder layers. */
    ENCODER,
    /** Poolers and classifiers, after the encoder. */
    HEAD
}
