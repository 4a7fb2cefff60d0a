package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.SmallCheckpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An independent, slow forward pass written from the definition: plain loops, 64-bit floats, GELU. A witness where the oracle
 * has no vectors. It reads the values of a {@link SmallCheckpoint}, not its files.
 */
final class NaiveTransformer {
    private final SmallCheckpoint checkpoint;
    private final int hidden = SmallCheckpoint.HIDDEN;
    private final boolean beit;
    private final boolean dino3;
    private final int rows;
    private final int columns;
    private final double[][] headMask;
    private final NaiveWeights stored;
    private final NaivePositionBias bias;
    private int prefix;

    /** Attention weights after the head mask, [layer][head][from][to]. */
    final double[][][][] attentions = new double[SmallCheckpoint.LAYERS][SmallCheckpoint.HEADS][][];

    /** The input of each layer, and the output of the last layer, [tokens][hidden]. */
    final List<double[][]> hiddenStates = new ArrayList<>();

    NaiveTransformer(SmallCheckpoint checkpoint, Size image) {
        this(checkpoint, image, noMask());
    }

    private static double[][] noMask() {
        double[][] mask = new double[SmallCheckpoint.LAYERS][SmallCheckpoint.HEADS];
        for (double[] heads : mask) {
            Arrays.fill(heads, 1);
        }
        return mask;
    }

    /**
     * @param headMask factors on the attention weights, [layer][head]
     */
    NaiveTransformer(SmallCheckpoint checkpoint, Size image, double[][] headMask) {
        this.checkpoint = checkpoint;
        this.beit =
                checkpoint.modelType().equals("beit") || checkpoint.modelType().equals("data2vec-vision");
        this.dino3 = checkpoint.modelType().equals("dinov3_vit");
        this.rows = image.height() / SmallCheckpoint.PATCH;
        this.columns = image.width() / SmallCheckpoint.PATCH;
        this.headMask = headMask;
        this.stored = new NaiveWeights(
                checkpoint, dino3 ? 1e-5 : checkpoint.modelType().equals("vit_msn") ? 1e-6 : 1e-12);
        this.bias = new NaivePositionBias(checkpoint, rows, columns);
    }

    /**
     * The {@code last_hidden_state}, [tokens][hidden].
     *
     * @param image raw pixel values, (height, width, 3)
     */
    double[][] lastHiddenState(float[] image) {
        double[][] x = embed(image);
        for (int i = 0; i < SmallCheckpoint.LAYERS; i++) {
            hiddenStates.add(NaiveMath.copy(x));
            layer(x, i);
        }
        hiddenStates.add(NaiveMath.copy(x));
        return beit ? x : stored.norm(x, dino3 ? "norm" : "layernorm");
    }

    /** The vector {@code pooler_output}, {@code logits} or {@code mean}. */
    double[] vector(float[] image, String output) {
        double[][] last = lastHiddenState(image);
        double[] mean = NaiveMath.mean(Arrays.copyOfRange(last, prefix, last.length));
        if (output.equals("mean")) {
            return mean;
        }
        double[] pooled = last[0];
        if (beit) {
            pooled = stored.norm(new double[][] {mean}, "pooler.layernorm")[0];
        } else if (output.equals("pooler_output") && checkpoint.has("pooler.dense.weight")) {
            pooled = NaiveMath.apply(stored.linear(new double[][] {last[0]}, "pooler.dense"), Math::tanh)[0];
        } else if (checkpoint.modelType().equals("ijepa")) {
            pooled = mean; // it has no class token
        }
        return output.equals("logits") ? stored.linear(new double[][] {pooled}, "classifier")[0] : pooled;
    }

    private double[][] embed(float[] image) {
        List<float[]> first = new ArrayList<>();
        if (checkpoint.has("embeddings.cls_token")) {
            first.add(checkpoint.values("embeddings.cls_token"));
        }
        if (checkpoint.has("embeddings.register_tokens")) {
            float[] registers = checkpoint.values("embeddings.register_tokens");
            for (int r = 0; r < registers.length / hidden; r++) {
                first.add(Arrays.copyOfRange(registers, r * hidden, (r + 1) * hidden));
            }
        }
        prefix = first.size();
        String name = dino3 ? "embeddings.patch_embeddings" : "embeddings.patch_embeddings.projection";
        float[] kernel = checkpoint.values(name + ".weight");
        float[] bias = checkpoint.values(name + ".bias");
        int patch = SmallCheckpoint.PATCH;
        double[][] x = new double[prefix + rows * columns][hidden];
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < hidden; d++) {
                double sum = 0;
                if (t < prefix) {
                    sum = first.get(t)[d];
                } else {
                    int py = (t - prefix) / columns * patch;
                    int px = (t - prefix) % columns * patch;
                    sum = bias[d];
                    for (int c = 0; c < 3; c++) {
                        for (int i = 0; i < patch; i++) {
                            for (int j = 0; j < patch; j++) {
                                double pixel = image[((py + i) * columns * patch + px + j) * 3 + c];
                                sum += kernel[((d * 3 + c) * patch + i) * patch + j] * pixel;
                            }
                        }
                    }
                }
                if (checkpoint.has("embeddings.position_embeddings")) {
                    sum += checkpoint.values("embeddings.position_embeddings")[t * hidden + d];
                }
                x[t][d] = sum;
            }
        }
        return x;
    }

    private void layer(double[][] x, int i) {
        if (dino3) {
            String at = "layer." + i + ".";
            double[][] y = stored.norm(x, at + "norm1");
            double[][] mixed = attend(
                    rotate(stored.linear(y, at + "attention.q_proj")),
                    rotate(stored.linear(y, at + "attention.k_proj")),
                    stored.linear(y, at + "attention.v_proj"),
                    i);
            stored.add(x, stored.linear(mixed, at + "attention.o_proj"), at + "layer_scale1.lambda1");
            y = stored.norm(x, at + "norm2");
            double[][] up = stored.linear(y, at + "mlp.up_proj");
            if (checkpoint.has(at + "mlp.gate_proj.weight")) {
                boolean silu = checkpoint.field("hidden_act", "gelu").equals("silu");
                double[][] gate = stored.linear(y, at + "mlp.gate_proj");
                up = NaiveMath.product(up, NaiveMath.apply(gate, silu ? NaiveMath::silu : NaiveMath::gelu));
            } else {
                up = NaiveMath.apply(up, NaiveMath::gelu);
            }
            stored.add(x, stored.linear(up, at + "mlp.down_proj"), at + "layer_scale2.lambda1");
            return;
        }
        String at = "encoder.layer." + i + ".";
        double[][] y = stored.norm(x, at + "layernorm_before");
        double[][] mixed = attend(
                stored.linear(y, at + "attention.attention.query"),
                stored.linear(y, at + "attention.attention.key"),
                stored.linear(y, at + "attention.attention.value"),
                i);
        stored.add(x, stored.linear(mixed, at + "attention.output.dense"), at + "lambda_1");
        y = NaiveMath.apply(
                stored.linear(stored.norm(x, at + "layernorm_after"), at + "intermediate.dense"), NaiveMath::gelu);
        stored.add(x, stored.linear(y, at + "output.dense"), at + "lambda_2");
    }

    private double[][] attend(double[][] q, double[][] k, double[][] v, int layer) {
        int size = hidden / SmallCheckpoint.HEADS;
        double[][] mixed = new double[q.length][hidden];
        for (int h = 0; h < SmallCheckpoint.HEADS; h++) {
            attentions[layer][h] = new double[q.length][q.length];
            for (int t = 0; t < q.length; t++) {
                double[] weights = attentions[layer][h][t];
                double sum = 0;
                for (int s = 0; s < q.length; s++) {
                    double dot = 0;
                    for (int d = h * size; d < (h + 1) * size; d++) {
                        dot += q[t][d] * k[s][d];
                    }
                    weights[s] = Math.exp(dot / Math.sqrt(size) + bias.at(layer, h, t, s));
                    sum += weights[s];
                }
                for (int s = 0; s < q.length; s++) {
                    weights[s] = weights[s] / sum * headMask[layer][h];
                    for (int d = h * size; d < (h + 1) * size; d++) {
                        mixed[t][d] += weights[s] * v[s][d];
                    }
                }
            }
        }
        return mixed;
    }

    /** Rotates each pair of components (k, k + half a head), read as a complex number, by its angle. */
    private double[][] rotate(double[][] x) {
        int size = hidden / SmallCheckpoint.HEADS;
        double theta = ((Number) checkpoint.field("rope_theta", 100.0)).doubleValue();
        for (int t = prefix; t < x.length; t++) {
            int row = (t - prefix) / columns;
            int column = (t - prefix) % columns;
            double[] centre = {(row + 0.5) / rows * 2 - 1, (column + 0.5) / columns * 2 - 1};
            for (int h = 0; h < SmallCheckpoint.HEADS; h++) {
                for (int k = 0; k < size / 2; k++) {
                    double angle =
                            2 * Math.PI * centre[k / (size / 4)] * Math.pow(theta, -4.0 * (k % (size / 4)) / size);
                    double a = x[t][h * size + k];
                    double b = x[t][h * size + k + size / 2];
                    x[t][h * size + k] = a * Math.cos(angle) - b * Math.sin(angle);
                    x[t][h * size + k + size / 2] = b * Math.cos(angle) + a * Math.sin(angle);
                }
            }
        }
        return x;
    }
}
