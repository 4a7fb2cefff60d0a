package io.vitrine.checkpoint;

import java.util.Set;

/**
 * How a pre-norm transformer of the families after DINO is put together: CLIP, SigLIP, AIMv2 and their kin differ in these
 * choices and in the names of their tensors, not in the order of their operations.
 *
 * @param norm the kind of every norm
 * @param classTokens learned tokens at the front whose outputs stand for the image
 * @param registers learned tokens behind them whose outputs are not read
 * @param positions how a token knows its place
 * @param pooling what {@code pooler_output} is made of
 * @param classified what a classifier reads
 * @param parts what else is there
 */
public record TowerOptions(
        Norm norm,
        int classTokens,
        int registers,
        Positions positions,
        Pooling pooling,
        Classified classified,
        Set<Part> parts) {

    /** Of the families that have no tower. */
    static final TowerOptions NONE =
            new TowerOptions(Norm.LAYER, 0, 0, Positions.TABLE, Pooling.NONE, Classified.POOLED, Set.of());

    /** How vectors are normalized. */
    public enum Norm {
        /** By mean and variance, with a bias. */
        LAYER,
        /** By the root of the mean square, without a bias. */
        ROOT_MEAN_SQUARE
    }

    /** How a token knows its place. */
    public enum Positions {
        /** A learned vector is added to every token. */
        TABLE,
        /** Sines and cosines of a patch's column and row are added to it. */
        SINES,
        /** Queries and keys are rotated by a patch's row and column; a learned angle rotates the class token. */
        ROTATED
    }

    /** Where {@code pooler_output} comes from. */
    public enum Pooling {
        /** There is none. */
        NONE,
        /** The class token. */
        CLASS_TOKEN,
        /** The mean of the class tokens. */
        MEAN_OF_CLASS_TOKENS,
        /** A learned query attends to every token, and an MLP follows. */
        ATTENTION_AND_MLP,
        /** A learned query attends to every token. */
        ATTENTION
    }

    /** What a classifier reads. */
    public enum Classified {
        POOLED,
        /** The mean of the patches of the last state. */
        MEAN_OF_PATCHES
    }

    /** What one model has and another has not. */
    public enum Part {
        /** The patches' linear map has a bias. */
        PATCH_BIAS,
        /** A norm follows the patches' linear map. */
        PATCH_NORM,
        /** A norm stands before the first layer. */
        TOKEN_NORM,
        /** The map behind attention has a bias. */
        OUTPUT_BIAS,
        /** The MLP is the activation of one map times another. */
        GATED_MLP,
        /** The maps of the MLP have a bias. */
        MLP_BIAS,
        /** The last state is normed. */
        LAST_NORM,
        /** What the pooling gives is normed. */
        POOLED_NORM
    }

    public boolean has(Part part) {
        return parts.contains(part);
    }

    /** Tokens before the patches. */
    public int prefix() {
        return classTokens + registers;
    }
}
