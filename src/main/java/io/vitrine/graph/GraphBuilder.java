package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import java.util.Optional;

/**
 * The tensor operations an architecture is described in. An architecture calls them in order; a printer implements them,
 * each call writing the operation in the printer's format.
 */
public interface GraphBuilder {

    /**
     * The input, in the form the printer was made for, normalised and cut into flat patches: (batch, patches, channels *
     * height * width of a patch), row-major.
     */
    Tensor patches(Size image, Size patch, int channels, Normalization normalization);

    /** x W^T + b, over the last axis; W is (out, in). */
    Tensor linear(Tensor x, Parameter weight, Optional<Parameter> bias);

    /** Layer normalisation over the last axis. */
    Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double epsilon);

    Tensor activation(Tensor x, Activation activation);

    /** a + b, both (batch, tokens, width); an error in the description if they are not of one shape. */
    Tensor add(Tensor a, Tensor b);

    /** a * b, likewise. */
    Tensor multiply(Tensor a, Tensor b);

    /** x times a vector of its width. */
    Tensor scale(Tensor x, Parameter vector);

    /** x + b, b (1, tokens, width) added to every image. */
    Tensor addToEach(Tensor x, Parameter b);

    /** Puts learned tokens, (1, n, width), before those of every image. */
    Tensor prepend(Parameter tokens, Tensor x);

    /** Puts learned tokens, (1, n, width), behind the first of every image. */
    Tensor insertAfterFirst(Parameter tokens, Tensor x);

    /**
     * A bias for each head and pair of tokens, (1, heads, tokens, tokens).
     *
     * @param table (entries, heads)
     * @param index the entry of each pair, tokens * tokens
     */
    AttentionBias attentionBias(Parameter table, int[] index, int tokens);

    AttentionBias add(AttentionBias a, AttentionBias b);

    /**
     * Softmax(q k^T / sqrt(width/heads) + bias) v for each head, each head's weights times its mask.
     *
     * @param q may be of fewer tokens than {@code k} and {@code v}, where there is no bias and the weights do not leave
     */
    Tensor attention(Tensor q, Tensor k, Tensor v, Attention how);

    /**
     * Rotates each head's vectors by their token's position: x cos + swapped(x) sin, where swapped exchanges the two halves
     * of a head.
     *
     * @param cos (1, tokens, 1, width/heads)
     * @param sin of the same shape, its first half negated
     */
    Tensor rotate(Tensor x, int heads, Parameter cos, Parameter sin);

    /** One token of every image, (batch, 1, width); {@code x} itself where it has no other. */
    Tensor token(Tensor x, int index);

    /** The mean of each image's tokens from {@code from} on, (batch, 1, width). */
    Tensor meanTokens(Tensor x, int from);

    /** Components {@code from} to {@code to} of the last axis. */
    Tensor components(Tensor x, int from, int to);

    /** a and b behind each other on the last axis. */
    Tensor concat(Tensor a, Tensor b);

    /** Lets {@code x} leave the graph as (batch, tokens, width), or (batch, width) for vectors of one token. */
    void output(String name, Tensor x, boolean vector);

    /** Throws if the shapes differ: broadcast, they would compute something. */
    static void requireSame(Tensor a, Tensor b) {
        if (a.tokens() != b.tokens() || a.width() != b.width()) {
            throw new IllegalArgumentException("Described tensors of unlike shape: " + a + " and " + b);
        }
    }

    /** A value of {@link #attentionBias}. */
    record AttentionBias(String id) {}

    /**
     * How to attend.
     *
     * @param headMask what each head's weights are multiplied with after the softmax, (1, heads, 1, 1)
     * @param weightsOutput if present, the weights leave the graph under this name, (batch, heads, tokens, tokens)
     */
    record Attention(
            int heads,
            Optional<AttentionBias> bias,
            Optional<Parameter.Constant> headMask,
            Optional<String> weightsOutput) {

        /** Throws if {@code q} has fewer tokens than {@code k} where every pair of tokens counts. */
        void check(Tensor q, Tensor k) {
            if (q.tokens() != k.tokens() && (bias.isPresent() || weightsOutput.isPresent())) {
                throw new IllegalArgumentException("Described attention of all pairs, of " + q + " to " + k);
            }
        }
    }
}
