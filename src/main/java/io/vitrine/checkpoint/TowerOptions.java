package io.vitrine.checkpoint;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a transformer of the families after DINO is put together: CLIP, SigLIP, AIMv2, timm's ViTs and their kin differ in these
 * choices and in the names of their tensors, not in the order of their operations.
 *
 * @param norm the kind of every norm
 * @param classTokens learned tokens at the front whose outputs stand for the image
 * @param registers learned tokens behind them whose outputs are not read
 * @param positions how a token knows its place
 * @param pooling what {@code pooler_output} is made of
 * @param classified what a classifier reads
 * @param parts what else is there
 * @param rotation how queries and keys are rotated, if they are
 * @param resizing how a table of positions serves another image size than its own
 * @param query the attention of {@link Pooling#ATTENTION_AND_MLP}, if it differs from a layer's
 * @param summary the class tokens that {@link Pooling#SUMMARY} reads, in order
 */
public record TowerOptions(
        Norm norm,
        int classTokens,
        int registers,
        Positions positions,
        Pooling pooling,
        Classified classified,
        Set<Part> parts,
        Optional<PatchRotation> rotation,
        Resizing resizing,
        Optional<Query> query,
        List<Integer> summary) {

    /** Options without a rotation, with a table that is resized as transformers does, and a query like a layer's. */
    public TowerOptions(
            Norm norm,
            int classTokens,
            int registers,
            Positions positions,
            Pooling pooling,
            Classified classified,
            Set<Part> parts) {
        this(
                norm,
                classTokens,
                registers,
                positions,
                pooling,
                classified,
                parts,
                Optional.empty(),
                Resizing.CUBIC,
                Optional.empty(),
                List.of());
    }

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
        /** Nothing is added. */
        NONE
    }

    /** How a table of positions serves another image size than its own. */
    public enum Resizing {
        /** By a cubic with a = -0.75, not antialiased: transformers. */
        CUBIC,
        /** By an antialiased cubic with a = -0.5, for every image: timm with {@code dynamic_img_size}. */
        SMOOTH_CUBIC,
        /** The same once, at load, so that the result is rounded to the stored type: timm with another {@code img_size}. */
        SMOOTH_CUBIC_AT_LOAD,
        /** Linearly to a square as large as the longer side of the grid, and cropped to the grid: RADIO. */
        CROPPED_LINEAR
    }

    /**
     * The attention of a learned query, and the MLP behind it.
     *
     * @param intermediateSize width inside the MLP
     */
    public record Query(int heads, int intermediateSize, Activation activation) {}

    /** Where {@code pooler_output} comes from. */
    public enum Pooling {
        /** There is none. */
        NONE,
        /** The class token. */
        CLASS_TOKEN,
        /** The mean of the class tokens. */
        MEAN_OF_CLASS_TOKENS,
        /** The mean of the patches, or with {@link Part#PREFIX_POOLED} of all tokens. */
        MEAN_OF_PATCHES,
        /** Some class tokens, one behind the other. */
        SUMMARY,
        /** A learned query attends to every token, and an MLP follows. */
        ATTENTION_AND_MLP,
        /** The same for timm's names, which attends to the patches, or with {@link Part#PREFIX_POOLED} to every token. */
        LATENT_AND_MLP,
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
        /** Pixels are normalized by means and deviations that lie in the weights. */
        CONDITIONED_PIXELS,
        /** The first class token and the second, for distillation, are tensors of their own. */
        DISTILLED,
        /** Positions are for the patches alone. */
        PATCH_POSITIONS,
        /** A norm stands before the first layer. */
        TOKEN_NORM,
        /** Norms stand behind attention and MLP, before the sum, and not in front of them. */
        NORM_AFTER,
        /** Query, key and value are rows of one map. */
        FUSED_QKV,
        /** The key has no bias where query and value have one. */
        BARE_KEY,
        /** The queries and keys of each head are normed. */
        QUERY_KEY_NORM,
        /** What attention gives is normed before its map. */
        ATTENDED_NORM,
        /** A learned vector scales each branch. */
        LAYER_SCALE,
        /** The same where the weights hold it; else the scale is one. */
        OPTIONAL_LAYER_SCALE,
        /** The map behind attention has a bias. */
        OUTPUT_BIAS,
        /** The MLP is the activation of one map times another. */
        GATED_MLP,
        /** The same, with both maps as rows of one, the gate first. */
        PACKED_MLP,
        /** What the activation gives is normed before the MLP's second map. */
        INNER_MLP_NORM,
        /** The maps of the MLP have a bias. */
        MLP_BIAS,
        /** The last state is normed. */
        LAST_NORM,
        /** Pooling reads all tokens, not the patches alone. */
        PREFIX_POOLED,
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

    TowerOptions withRotation(PatchRotation other) {
        return with(parts, Optional.of(other), resizing, query, summary);
    }

    TowerOptions withResizing(Resizing other) {
        return with(parts, rotation, other, query, summary);
    }

    TowerOptions withQuery(Query other) {
        return with(parts, rotation, resizing, Optional.of(other), summary);
    }

    TowerOptions withSummary(List<Integer> other) {
        return with(parts, rotation, resizing, query, List.copyOf(other));
    }

    TowerOptions withPart(Part part) {
        Set<Part> more = EnumSet.of(part);
        more.addAll(parts);
        return with(Set.copyOf(more), rotation, resizing, query, summary);
    }

    private TowerOptions with(
            Set<Part> parts,
            Optional<PatchRotation> rotation,
            Resizing resizing,
            Optional<Query> query,
            List<Integer> summary) {
        return new TowerOptions(
                norm,
                classTokens,
                registers,
                positions,
                pooling,
                classified,
                parts,
                rotation,
                resizing,
                query,
                summary);
    }
}
