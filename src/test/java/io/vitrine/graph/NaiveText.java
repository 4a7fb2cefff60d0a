package io.vitrine.graph;

import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Weights;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * An independent, slow forward pass of the text half of CLIP and SigLIP, written from their definitions: plain loops, 64-bit floats.
 *
 * @param reach which tokens one token sees
 */
record NaiveText(
        Checkpoint checkpoint, int layers, int heads, Reach reach, double epsilon, DoubleUnaryOperator activation) {
    enum Reach {
        /** Itself and those before it. */
        BACK,
        ALL
    }

    /** The normed tokens behind the last layer, [tokens][hidden]. */
    double[][] lastHiddenState(long[] ids) {
        float[] table = values("text_model.embeddings.token_embedding.weight");
        float[] positions = values("text_model.embeddings.position_embedding.weight");
        int hidden = positions.length / ids.length;
        double[][] x = new double[ids.length][hidden];
        for (int t = 0; t < ids.length; t++) {
            for (int d = 0; d < hidden; d++) {
                x[t][d] = (double) table[(int) ids[t] * hidden + d] + positions[t * hidden + d];
            }
        }
        for (int i = 0; i < layers; i++) {
            x = layer(x, "text_model.encoder.layers." + i + ".");
        }
        return norm(x, "text_model.final_layer_norm");
    }

    /** One token's vector in the space that images share. */
    double[] projected(double[] token) {
        String name = has("text_projection.weight") ? "text_projection" : "text_model.head";
        return linear(new double[][] {token}, name)[0];
    }

    private double[][] layer(double[][] x, String at) {
        double[][] y = norm(x, at + "layer_norm1");
        double[][] mixed = attend(
                linear(y, at + "self_attn.q_proj"),
                linear(y, at + "self_attn.k_proj"),
                linear(y, at + "self_attn.v_proj"));
        double[][] z = NaiveMath.sum(x, linear(mixed, at + "self_attn.out_proj"));
        y = NaiveMath.apply(linear(norm(z, at + "layer_norm2"), at + "mlp.fc1"), activation);
        return NaiveMath.sum(z, linear(y, at + "mlp.fc2"));
    }

    private double[][] attend(double[][] q, double[][] k, double[][] v) {
        double[][] mixed = new double[q.length][];
        for (int t = 0; t < q.length; t++) {
            int seen = reach == Reach.BACK ? t + 1 : q.length;
            mixed[t] =
                    NaiveMath.attend(new double[][] {q[t]}, Arrays.copyOf(k, seen), Arrays.copyOf(v, seen), heads)[0];
        }
        return mixed;
    }

    private double[][] linear(double[][] x, String name) {
        return shifted(NaiveMath.linear(x, values(name + ".weight")), name + ".bias");
    }

    private double[][] norm(double[][] x, String name) {
        return shifted(NaiveMath.layerNorm(x, values(name + ".weight"), epsilon), name + ".bias");
    }

    private double[][] shifted(double[][] x, String bias) {
        if (has(bias)) {
            float[] shift = values(bias);
            for (double[] token : x) {
                for (int d = 0; d < token.length; d++) {
                    token[d] += shift[d];
                }
            }
        }
        return x;
    }

    private boolean has(String name) {
        return checkpoint.weights().has(name);
    }

    private float[] values(String name) {
        return Weights.floats(checkpoint.weights().tensor(name).orElseThrow());
    }
}
