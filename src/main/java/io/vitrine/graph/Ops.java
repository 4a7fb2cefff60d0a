package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import java.util.Optional;

/**
 * The tensor operations an architecture is described in. An architecture calls them in order; a printer implements them,
 * each call writing the operation in the printer's format.
 */
public interface Ops {

    /** The input: {@code pixels}, uint8 (batch, height, width, 3), normalised and cut into flat patches: (batch, patches, channels * height * width of a patch), row-major. */
    Tensor patches(Size image, Size patch, int channels, Normalization normalization);

    /** x W^T + b, over the last axis; W is (out, in). */
    Tensor linear(Tensor x, Parameter weight, Optional<Parameter> bias);

    /** Layer normalisation over the last axis. */
    Tensor layerNorm(Tensor x, Parameter weight, Parameter bias, double epsilon);

    Tensor activation(Tensor x, Activation activation);

    /** a + b, both (batch, tokens, width). */
    Tensor add(Tensor a, Tensor b);

    /** x + b, b (1, tokens, width) added to every image. */
    Tensor addToEach(Tensor x, Parameter b);

    /** Puts one learned token, (1, 1, width), before those of every image. */
    Tensor prepend(Parameter token, Tensor x);

    /**
     * Softmax(q k^T / sqrt(width/heads)) v for each head.
     *
     * @param weightsOutput if present, the softmax leaves the graph under this name, (batch, heads, tokens, tokens)
     */
    Tensor attention(Tensor q, Tensor k, Tensor v, int heads, Optional<String> weightsOutput);

    /** The first token of every image, (batch, 1, width). */
    Tensor firstToken(Tensor x);

    /** Lets {@code x} leave the graph as (batch, tokens, width), or (batch, width) for {@link #firstToken} vectors. */
    void output(String name, Tensor x, boolean vector);
}
