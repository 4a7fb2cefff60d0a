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
    }

    /**
     * The {@code last_hidden_state}, [tokens][hidden].
     *
     * @param image raw pixel values, (height, width, 3)
     */
    double[][] lastHiddenState(float[] image) {
        double[][] x = embed(image);
        for (int i = 0; i < SmallCheckpoint.LAYERS; i++) {
            hiddenStates.add(copy(x));
            layer(x, i);
        }
        hiddenStates.add(copy(x));
        return beit ? x : norm(x, dino3 ? "norm" : "layernorm");
    }

    /** The vector {@code pooler_output}, {@code logits} or {@code mean}. */
    double[] vector(float[] image, String output) {
        double[][] last = lastHiddenState(image);
        double[] mean = mean(last);
        if (output.equals("mean")) {
            return mean;
        }
        double[] pooled = last[0];
        if (beit) {
            pooled = norm(new double[][] {mean}, "pooler.layernorm")[0];
        } else if (output.equals("pooler_output") && checkpoint.has("pooler.dense.weight")) {
            pooled = linear(new double[][] {last[0]}, "pooler.dense")[0];
            for (int d = 0; d < hidden; d++) {
                pooled[d] = Math.tanh(pooled[d]);
            }
        } else if (checkpoint.modelType().equals("ijepa")) {
            pooled = mean; // it has no class token
        }
        return output.equals("logits") ? linear(new double[][] {pooled}, "classifier")[0] : pooled;
    }

    private double[] mean(double[][] x) {
        double[] mean = new double[hidden];
        for (int t = prefix; t < x.length; t++) {
            for (int d = 0; d < hidden; d++) {
                mean[d] += x[t][d] / (x.length - prefix);
            }
        }
        return mean;
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
            double[][] y = norm(x, at + "norm1");
            double[][] mixed = attend(
                    rotate(linear(y, at + "attention.q_proj")),
                    rotate(linear(y, at + "attention.k_proj")),
                    linear(y, at + "attention.v_proj"),
                    i);
            add(x, linear(mixed, at + "attention.o_proj"), at + "layer_scale1.lambda1");
            y = norm(x, at + "norm2");
            double[][] up = linear(y, at + "mlp.up_proj");
            if (checkpoint.has(at + "mlp.gate_proj.weight")) {
                boolean silu = checkpoint.field("hidden_act", "gelu").equals("silu");
                double[][] gate = linear(y, at + "mlp.gate_proj");
                gate = silu ? silu(gate) : gelu(gate);
                for (int t = 0; t < up.length; t++) {
                    for (int d = 0; d < up[t].length; d++) {
                        up[t][d] *= gate[t][d];
                    }
                }
            } else {
                gelu(up);
            }
            add(x, linear(up, at + "mlp.down_proj"), at + "layer_scale2.lambda1");
            return;
        }
        String at = "encoder.layer." + i + ".";
        double[][] y = norm(x, at + "layernorm_before");
        double[][] mixed = attend(
                linear(y, at + "attention.attention.query"),
                linear(y, at + "attention.attention.key"),
                linear(y, at + "attention.attention.value"),
                i);
        add(x, linear(mixed, at + "attention.output.dense"), at + "lambda_1");
        y = gelu(linear(norm(x, at + "layernorm_after"), at + "intermediate.dense"));
        add(x, linear(y, at + "output.dense"), at + "lambda_2");
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
                    weights[s] = Math.exp(dot / Math.sqrt(size) + bias(layer, h, t, s));
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

    /** The position bias of two tokens in BEiT: the layer's own plus the shared one. */
    private double bias(int layer, int head, int from, int to) {
        if (!beit) {
            return 0;
        }
        String own = "encoder.layer." + layer + ".attention.attention.relative_position_bias";
        return entry(own + ".relative_position_bias_table", head, from, to)
                + entry("encoder.relative_position_bias.relative_position_bias_table", head, from, to);
    }

    private double entry(String name, int head, int from, int to) {
        float[] table = checkpoint.values(name);
        int heads = SmallCheckpoint.HEADS;
        int entries = table.length / heads;
        if (from == 0 || to == 0) {
            int special = from == 0 && to == 0 ? entries - 1 : from == 0 ? entries - 3 : entries - 2;
            return table[special * heads + head];
        }
        int side = 2 * (SmallCheckpoint.SIDE / SmallCheckpoint.PATCH) - 1;
        double y = place((from - 1) / columns - (to - 1) / columns + rows - 1, side, 2 * rows - 1);
        double x = place((from - 1) % columns - (to - 1) % columns + columns - 1, side, 2 * columns - 1);
        double value = 0;
        for (int i = 0; i < side; i++) { // bilinear weights around (y, x)
            for (int j = 0; j < side; j++) {
                double weight = Math.max(0, 1 - Math.abs(y - i)) * Math.max(0, 1 - Math.abs(x - j));
                value += weight * table[(i * side + j) * heads + head];
            }
        }
        return value;
    }

    private static double place(int i, int from, int to) {
        return Math.min(from - 1, Math.max(0, (i + 0.5) * from / to - 0.5));
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

    private static double[][] gelu(double[][] x) {
        for (double[] token : x) {
            for (int d = 0; d < token.length; d++) {
                token[d] = 0.5 * token[d] * (1 + ActivationsTest.erf(token[d] / Math.sqrt(2)));
            }
        }
        return x;
    }

    private static double[][] silu(double[][] x) {
        for (double[] token : x) {
            for (int d = 0; d < token.length; d++) {
                token[d] /= 1 + Math.exp(-token[d]);
            }
        }
        return x;
    }

    /** Adds y to x, times the checkpoint's scale if it has one. */
    private void add(double[][] x, double[][] y, String scale) {
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < x[t].length; d++) {
                x[t][d] += y[t][d] * (checkpoint.has(scale) ? checkpoint.values(scale)[d] : 1);
            }
        }
    }

    private double[][] linear(double[][] x, String name) {
        float[] weight = checkpoint.values(name + ".weight");
        int out = weight.length / x[0].length;
        double[][] y = new double[x.length][out];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < out; o++) {
                double sum = checkpoint.has(name + ".bias") ? checkpoint.values(name + ".bias")[o] : 0;
                for (int i = 0; i < x[t].length; i++) {
                    sum += x[t][i] * weight[o * x[t].length + i];
                }
                y[t][o] = sum;
            }
        }
        return y;
    }

    private double[][] norm(double[][] x, String name) {
        double epsilon = dino3 ? 1e-5 : checkpoint.modelType().equals("vit_msn") ? 1e-6 : 1e-12;
        float[] weight = checkpoint.values(name + ".weight");
        float[] bias = checkpoint.values(name + ".bias");
        double[][] y = new double[x.length][hidden];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            for (double value : x[t]) {
                mean += value / hidden;
            }
            double variance = 0;
            for (double value : x[t]) {
                variance += (value - mean) * (value - mean) / hidden;
            }
            for (int d = 0; d < hidden; d++) {
                y[t][d] = (x[t][d] - mean) / Math.sqrt(variance + epsilon) * weight[d] + bias[d];
            }
        }
        return y;
    }

    private static double[][] copy(double[][] x) {
        double[][] copy = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            copy[t] = x[t].clone();
        }
        return copy;
    }
}
