package io.vitrine.graph;

import io.vitrine.checkpoint.SmallCheckpoint;
import java.util.Arrays;

/**
 * An independent, slow forward pass of CLIP, MLCD, SigLIP, AIMv2 and Pixio, written from their definitions: plain loops, 64-bit
 * floats. It reads the values of a {@link SmallCheckpoint}, not its files.
 */
final class NaiveTower {
    private static final int HIDDEN = SmallCheckpoint.HIDDEN;
    private static final int HEADS = SmallCheckpoint.HEADS;
    private static final int SIZE = HIDDEN / HEADS;
    private static final int SIDE = SmallCheckpoint.SIDE / SmallCheckpoint.PATCH;

    private final SmallCheckpoint checkpoint;
    private final String type;
    private int prefix;

    NaiveTower(SmallCheckpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.type = checkpoint.modelType().replace("_vision_model", "");
    }

    /** The tokens behind the last layer, normed where the reference norms them, [tokens][hidden]. */
    double[][] lastHiddenState(float[] image) {
        double[][] x = embed(image);
        for (int i = 0; i < SmallCheckpoint.LAYERS; i++) {
            layer(x, i);
        }
        return switch (type) {
            case "siglip" -> norm(x, "post_layernorm", 1e-6);
            case "aimv2" -> rms(x, "rms_norm");
            case "pixio" -> norm(x, "layernorm", 1e-6);
            default -> x;
        };
    }

    double[] pooled(float[] image) {
        double[][] last = lastHiddenState(image);
        return switch (type) {
            case "siglip" -> siglipHead(last);
            case "aimv2" -> aimv2Head(last);
            case "pixio" -> NaiveMath.mean(Arrays.copyOf(last, prefix));
            default -> norm(new double[][] {last[0]}, "post_layernorm", 1e-5)[0];
        };
    }

    private double[][] embed(float[] image) {
        boolean pixio = type.equals("pixio");
        double[][] patches = patches(
                image,
                pixio
                        ? "embeddings.patch_embeddings.projection"
                        : type.equals("aimv2") ? "embeddings.patch_embed" : "embeddings.patch_embedding");
        if (type.equals("aimv2")) {
            patches = rms(patches, "embeddings.rms_norm");
        }
        double[][] x = patches;
        String tokens = pixio ? "embeddings.cls_token" : "embeddings.class_embedding";
        if (checkpoint.has(tokens)) {
            double[][] first = table(tokens, HIDDEN);
            prefix = first.length;
            x = Arrays.copyOf(first, prefix + patches.length);
            System.arraycopy(patches, 0, x, prefix, patches.length);
        }
        String positions = pixio ? "embeddings.position_embeddings" : "embeddings.position_embedding.weight";
        if (checkpoint.has(positions)) {
            add(x, table(positions, HIDDEN));
        }
        return checkpoint.has("pre_layrnorm.weight") ? norm(x, "pre_layrnorm", 1e-5) : x;
    }

    private double[][] patches(float[] image, String name) {
        float[] kernel = checkpoint.values(name + ".weight");
        int patch = SmallCheckpoint.PATCH;
        double[][] x = new double[SIDE * SIDE][HIDDEN];
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < HIDDEN; d++) {
                x[t][d] = checkpoint.has(name + ".bias") ? checkpoint.values(name + ".bias")[d] : 0;
                for (int c = 0; c < 3; c++) {
                    for (int i = 0; i < patch; i++) {
                        for (int j = 0; j < patch; j++) {
                            int row = t / SIDE * patch + i;
                            int column = t % SIDE * patch + j;
                            x[t][d] += kernel[((d * 3 + c) * patch + i) * patch + j]
                                    * (double) image[(row * SmallCheckpoint.SIDE + column) * 3 + c];
                        }
                    }
                }
            }
        }
        return x;
    }

    private void layer(double[][] x, int i) {
        switch (type) {
            case "aimv2" -> {
                String at = "encoder.layers." + i + ".";
                add(x, attention(rms(x, at + "rms_norm1"), at + "attention.", "out_proj"));
                double[][] y = rms(x, at + "rms_norm2");
                double[][] gate = NaiveMath.apply(linear(y, at + "ffn.gate_proj"), NaiveMath::silu);
                double[][] up = linear(y, at + "ffn.up_proj");
                add(x, linear(NaiveMath.product(up, gate), at + "ffn.down_proj"));
            }
            case "pixio" -> {
                String at = "layers." + i + ".";
                add(x, attention(norm(x, at + "layernorm_before", 1e-6), at + "attention.", "o_proj"));
                add(x, mlp(norm(x, at + "layernorm_after", 1e-6), at + "mlp."));
            }
            default -> {
                String at = "encoder.layers." + i + ".";
                double epsilon = type.equals("siglip") ? 1e-6 : 1e-5;
                add(x, attention(norm(x, at + "layer_norm1", epsilon), at + "self_attn.", "out_proj"));
                add(x, mlp(norm(x, at + "layer_norm2", epsilon), at + "mlp."));
            }
        }
    }

    private double[][] attention(double[][] y, String at, String output) {
        double[][] q = linear(y, at + "q_proj");
        double[][] k = linear(y, at + "k_proj");
        if (type.equals("mlcd")) {
            rotate(q);
            rotate(k);
        }
        return linear(attend(q, k, linear(y, at + "v_proj")), at + output);
    }

    private static double[][] attend(double[][] q, double[][] k, double[][] v) {
        return NaiveMath.attend(q, k, v, HEADS);
    }

    /** A pair (k, k + half a head), read as a complex number, turns by row times a frequency, or by column. */
    private void rotate(double[][] x) {
        float[] learned = checkpoint.values("class_pos_emb");
        for (int t = 0; t < x.length; t++) {
            int[] place = {(t - 1) / SIDE, (t - 1) % SIDE};
            for (int h = 0; h < HEADS; h++) {
                for (int k = 0; k < SIZE / 2; k++) {
                    double frequency = Math.pow(10_000, -2.0 * (k % (SIZE / 4)) / (SIZE / 2.0));
                    double angle = t == 0 ? learned[k] : place[k / (SIZE / 4)] * frequency;
                    double a = x[t][h * SIZE + k];
                    double b = x[t][h * SIZE + k + SIZE / 2];
                    x[t][h * SIZE + k] = a * Math.cos(angle) - b * Math.sin(angle);
                    x[t][h * SIZE + k + SIZE / 2] = b * Math.cos(angle) + a * Math.sin(angle);
                }
            }
        }
    }

    private double[][] mlp(double[][] y, String at) {
        return linear(NaiveMath.apply(linear(y, at + "fc1"), this::activation), at + "fc2");
    }

    private double activation(double v) {
        return switch (type) {
            case "clip" -> v / (1 + Math.exp(-1.702 * v));
            case "siglip" -> v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
            default -> NaiveMath.gelu(v);
        };
    }

    private double[] siglipHead(double[][] last) {
        float[] weight = checkpoint.values("head.attention.in_proj_weight");
        float[] bias = checkpoint.values("head.attention.in_proj_bias");
        double[][][] parts = new double[3][][];
        for (int p = 0; p < 3; p++) {
            double[][] read = p == 0 ? table("head.probe", HIDDEN) : last;
            float[] rows = Arrays.copyOfRange(weight, p * HIDDEN * HIDDEN, (p + 1) * HIDDEN * HIDDEN);
            parts[p] = shifted(NaiveMath.linear(read, rows), Arrays.copyOfRange(bias, p * HIDDEN, (p + 1) * HIDDEN));
        }
        double[][] x = linear(attend(parts[0], parts[1], parts[2]), "head.attention.out_proj");
        add(x, mlp(norm(x, "head.layernorm", 1e-6), "head.mlp."));
        return x[0];
    }

    private double[] aimv2Head(double[][] last) {
        double[][] query = table("head.cls_token", HIDDEN);
        return linear(attend(query, linear(last, "head.k_proj"), linear(last, "head.v_proj")), "head.output_proj")[0];
    }

    private double[][] linear(double[][] x, String name) {
        double[][] y = NaiveMath.linear(x, checkpoint.values(name + ".weight"));
        return checkpoint.has(name + ".bias") ? shifted(y, checkpoint.values(name + ".bias")) : y;
    }

    private static double[][] shifted(double[][] y, float[] bias) {
        return Arrays.stream(y)
                .map(token -> NaiveMath.sum(new double[][] {token}, new double[][] {NaiveMath.doubles(bias)})[0])
                .toArray(double[][]::new);
    }

    private double[][] norm(double[][] x, String name, double epsilon) {
        double[][] y = NaiveMath.layerNorm(x, checkpoint.values(name + ".weight"), epsilon);
        return shifted(y, checkpoint.values(name + ".bias"));
    }

    private double[][] rms(double[][] x, String name) {
        return NaiveMath.rmsNorm(x, checkpoint.values(name + ".weight"), 1e-5);
    }

    private double[][] table(String name, int width) {
        float[] values = checkpoint.values(name);
        double[][] rows = new double[values.length / width][width];
        for (int i = 0; i < values.length; i++) {
            rows[i / width][i % width] = values[i];
        }
        return rows;
    }

    private static void add(double[][] x, double[][] y) {
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < x[t].length; d++) {
                x[t][d] += y[t][d];
            }
        }
    }
}
