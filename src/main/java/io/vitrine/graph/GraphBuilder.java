package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import java.util.Optional;

/**
 * The tensor operations that describe an architecture. An architecture calls them in order. A printer implements them: each
 * call writes the operation in the printer's format.
 *
 * <p>Shapes are (batch, tokens, width) unless stated.
 */
public interface GraphBuilder {

    /**
     * The input, normalized and cut into flat patches: (batch, patches, channels * patch height * patch width), patches in
     * row-major order. Pixels beyond the last whole patch are dropped.
     */
    Tensor patches(Size image, Size patch, int channels, Normalization normalization);

    /**
     * x W^T + b over the last axis.
     *
     * @param weight (out, in)
     * @param bias (out)
     * @param role decides whether int8 quantizes the weight
     */
    Tensor linear(Tensor x, Parameter weight, Optional<Parameter> bias, LinearRole role);

    /** Layer normalization over the last axis. */
    Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double epsilon);

    /** x weight / sqrt(mean(x^2) + epsilon) over the last axis. */
    Tensor rmsNorm(Tensor x, Parameter weight, double epsilon);

    Tensor activation(Tensor x, Activation activation);

    /**
     * a + b.
     *
     * @throws IllegalArgumentException if their shapes differ
     */
    Tensor add(Tensor a, Tensor b);

    /**
     * a * b, elementwise.
     *
     * @throws IllegalArgumentException if their shapes differ
     */
    Tensor multiply(Tensor a, Tensor b);

    /**
     * x * vector, elementwise over the last axis.
     *
     * @param vector (width), or (1) for a scalar
     */
    Tensor scale(Tensor x, Parameter vector);

    /**
     * x + b for every image of the batch.
     *
     * @param b (1, tokens, width)
     */
    Tensor addToEach(Tensor x, Parameter b);

    /**
     * Puts learned tokens before the tokens of every image.
     *
     * @param tokens (1, n, width)
     */
    Tensor prepend(Parameter tokens, Tensor x);

    /**
     * Puts learned tokens after the first token of every image.
     *
     * @param tokens (1, n, width)
     */
    Tensor insertAfterFirst(Parameter tokens, Tensor x);

    /**
     * A bias for each head and pair of tokens, (1, heads, tokens, tokens).
     *
     * @param table (entries, heads)
     * @param index the table entry of each pair, length tokens * tokens
     */
    AttentionBias attentionBias(Parameter table, int[] index, int tokens);

    AttentionBias add(AttentionBias a, AttentionBias b);

    /**
     * softmax(q k^T / sqrt(width / heads) + bias) v for each head. The head mask multiplies the softmax.
     *
     * @param q may have fewer tokens than {@code k} and {@code v} if there is no bias and the weights are not an output
     */
    Tensor attention(Tensor q, Tensor k, Tensor v, Attention options);

    /**
     * Rotates the vectors of each head by their token's position: x cos + swapped(x) sin, where swapped exchanges the
     * components of each pair.
     *
     * @param cos (1, tokens, 1, width / heads)
     * @param sin the same shape, negated for the first component of each pair
     */
    Tensor rotate(Tensor x, int heads, Pairs pairs, Parameter cos, Parameter sin);

    /** Which components of a head are rotated together. */
    enum Pairs {
        /** Component k of the first half of a head, and k of the second. */
        HALVES,
        /** Components 2k and 2k + 1. */
        NEIGHBOURS
    }

    /** The same elements in the same order, as (batch, tokens, width). */
    Tensor regrouped(Tensor x, int tokens, int width);

    /** One token of every image, (batch, 1, width). */
    Tensor token(Tensor x, int index);

    /** The tokens from {@code from} to the last. */
    Tensor tokensFrom(Tensor x, int from);

    /** The mean over the tokens from {@code from} to the last, (batch, 1, width). */
    Tensor meanTokens(Tensor x, int from);

    /** Elements {@code from} (inclusive) to {@code to} (exclusive) of the last axis. */
    Tensor components(Tensor x, int from, int to);

    /** a and b concatenated on the last axis. */
    Tensor concat(Tensor a, Tensor b);

    /** Makes {@code x} the output {@code name}, (batch, tokens, width). */
    void output(String name, Tensor x);

    /**
     * Makes a single token the output {@code name}, (batch, width).
     *
     * @param x (batch, 1, width)
     */
    void outputVector(String name, Tensor x);

    /** Throws if the shapes differ: they would broadcast silently. */
    static void requireSameShape(Tensor a, Tensor b) {
        if (a.tokens() != b.tokens() || a.width() != b.width()) {
            throw new IllegalArgumentException("Operands differ in shape: " + a + " and " + b);
        }
    }

    /** A value of {@link #attentionBias}. */
    record AttentionBias(String id) {}

    /**
     * Options of {@link #attention}.
     *
     * @param headMask (1, heads, 1, 1)
     * @param weightsOutput if present, the weights become the output of this name, (batch, heads, tokens, tokens)
     */
    record Attention(
            int heads,
            Optional<AttentionBias> bias,
            Optional<Parameter.Constant> headMask,
            Optional<String> weightsOutput) {

        /** Throws if {@code q} has fewer tokens than {@code k} although every pair of tokens is needed. */
        void check(Tensor q, Tensor k) {
            if (q.tokens() != k.tokens() && (bias.isPresent() || weightsOutput.isPresent())) {
                throw new IllegalArgumentException(
                        "Attention with a bias or a weights output needs all pairs of tokens, but got " + q + " and "
                                + k);
            }
        }
    }
}
