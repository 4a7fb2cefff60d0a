package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.TimmCheckpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * An independent, slow forward pass of timm's ViTs, written from their definition: plain loops, 64-bit floats. Which parts there
 * are it sees from the tensors; what tensors do not tell is in its options.
 */
final class NaiveTimm {
    /**
     * What the tensors do not tell.
     *
     * @param heads of every layer
     * @param poolHeads of the pooling by attention
     * @param epsilon of every norm
     */
    record Options(
            int heads, int poolHeads, double epsilon, DoubleUnaryOperator activation, Norms norms, Rotation rotation) {}

    enum Norms {
        BEFORE,
        BEHIND
    }

    /** The angle that rotates pair {@code k} of a head of {@code size} components at a row and column of a grid. */
    interface Rotation {
        double angle(int row, int column, Size grid, int k, int size);

        /** Whether pair k is components 2k and 2k + 1, and not half a head apart. */
        default boolean ofNeighbours() {
            return true;
        }
    }

    static final Rotation NO_ROTATION = (row, column, grid, k, size) -> 0;

    private final TimmCheckpoint checkpoint;
    private final Size patch;
    private final Size grid;
    private final Options options;
    private final NaiveWeights stored;
    private int prefix;

    NaiveTimm(TimmCheckpoint checkpoint, Size image, Size patch, Options options) {
        this.checkpoint = checkpoint;
        this.patch = patch;
        this.grid = new Size(image.height() / patch.height(), image.width() / patch.width());
        this.options = options;
        this.stored = new NaiveWeights(checkpoint, options.epsilon());
    }

    /** {@code forward_features}, [tokens][hidden]. */
    double[][] lastHiddenState(float[] image) {
        return run(withTokens(patches(image)));
    }

    /** All layers, from tokens with positions. */
    double[][] run(double[][] x) {
        for (int i = 0; checkpoint.has("blocks." + i + ".norm1.weight"); i++) {
            layer(x, "blocks." + i + ".");
        }
        return checkpoint.has("norm.weight") ? stored.norm(x, "norm") : x;
    }

    /** The mean of all tokens from {@code first} on, normed if there is a norm for it. */
    double[] mean(double[][] last, int first) {
        double[] mean = new double[last[0].length];
        for (int t = first; t < last.length; t++) {
            for (int d = 0; d < mean.length; d++) {
                mean[d] += last[t][d] / (last.length - first);
            }
        }
        return checkpoint.has("fc_norm.weight") ? stored.norm(new double[][] {mean}, "fc_norm")[0] : mean;
    }

    /** The pooling by attention over the tokens from {@code first} on. */
    double[] attentionPooled(double[][] last, int first) {
        double[][] read = Arrays.copyOfRange(last, first, last.length);
        double[][] latent = {NaiveMath.doubles(checkpoint.values("attn_pool.latent"))};
        int hidden = latent[0].length;
        double[][] both = stored.linear(read, "attn_pool.kv");
        double[][] attended = NaiveMath.attend(
                stored.linear(latent, "attn_pool.q"),
                NaiveMath.columns(both, 0, hidden),
                NaiveMath.columns(both, hidden, 2 * hidden),
                options.poolHeads());
        double[][] x = stored.linear(attended, "attn_pool.proj");
        double[][] y = NaiveMath.apply(
                stored.linear(stored.norm(x, "attn_pool.norm"), "attn_pool.mlp.fc1"), options.activation());
        return NaiveMath.sum(x, stored.linear(y, "attn_pool.mlp.fc2"))[0];
    }

    double[] classified(double[] pooled) {
        return stored.linear(new double[][] {pooled}, "head")[0];
    }

    /** Each patch as a token, [patches][hidden]. */
    private double[][] patches(float[] image) {
        double[][] pixels = new double[grid.height() * grid.width()][3 * patch.height() * patch.width()];
        int width = grid.width() * patch.width();
        for (int t = 0; t < pixels.length; t++) {
            int at = 0;
            for (int c = 0; c < 3; c++) {
                for (int i = 0; i < patch.height(); i++) {
                    for (int j = 0; j < patch.width(); j++) {
                        int y = t / grid.width() * patch.height() + i;
                        int x = t % grid.width() * patch.width() + j;
                        pixels[t][at++] = image[(y * width + x) * 3 + c];
                    }
                }
            }
        }
        double[][] x = stored.linear(pixels, "patch_embed.proj");
        return checkpoint.has("patch_embed.norm.weight") ? stored.norm(x, "patch_embed.norm") : x;
    }

    private double[][] withTokens(double[][] patches) {
        List<double[]> tokens = new ArrayList<>();
        int hidden = patches[0].length;
        for (String name : List.of("cls_token", "dist_token", "reg_token")) {
            if (checkpoint.has(name)) {
                float[] stored = checkpoint.values(name);
                for (int i = 0; i < stored.length / hidden; i++) {
                    tokens.add(NaiveMath.doubles(Arrays.copyOfRange(stored, i * hidden, (i + 1) * hidden)));
                }
            }
        }
        prefix = tokens.size();
        for (double[] patchToken : patches) {
            tokens.add(patchToken.clone());
        }
        double[][] x = tokens.toArray(double[][]::new);
        if (checkpoint.has("pos_embed")) {
            float[] table = checkpoint.values("pos_embed");
            int skipped = x.length - table.length / hidden; // no position for the tokens before the patches, or for all
            for (int t = skipped; t < x.length; t++) {
                for (int d = 0; d < hidden; d++) {
                    x[t][d] += table[(t - skipped) * hidden + d];
                }
            }
        }
        return checkpoint.has("norm_pre.weight") ? stored.norm(x, "norm_pre") : x;
    }

    private void layer(double[][] x, String at) {
        boolean before = options.norms() == Norms.BEFORE;
        double[][] y = attention(before ? stored.norm(x, at + "norm1") : x, at);
        add(x, before ? y : stored.norm(y, at + "norm1"), at, "1");
        y = mlp(before ? stored.norm(x, at + "norm2") : x, at + "mlp.");
        add(x, before ? y : stored.norm(y, at + "norm2"), at, "2");
    }

    private double[][] attention(double[][] y, String at) {
        int hidden = y[0].length;
        double[][] q;
        double[][] k;
        double[][] v;
        if (checkpoint.has(at + "attn.qkv.weight")) {
            double[][] all = stored.linear(y, at + "attn.qkv");
            q = NaiveMath.columns(all, 0, hidden);
            k = NaiveMath.columns(all, hidden, 2 * hidden);
            v = NaiveMath.columns(all, 2 * hidden, 3 * hidden);
        } else {
            q = stored.linear(y, at + "attn.q_proj");
            k = stored.linear(y, at + "attn.k_proj");
            v = stored.linear(y, at + "attn.v_proj");
        }
        stored.shift(q, at + "attn.q_bias");
        stored.shift(v, at + "attn.v_bias");
        if (checkpoint.has(at + "attn.q_norm.weight")) {
            q = stored.normOfHeads(q, options.heads(), at + "attn.q_norm");
            k = stored.normOfHeads(k, options.heads(), at + "attn.k_norm");
        }
        double[][] mixed = NaiveMath.attend(rotated(q), rotated(k), v, options.heads());
        if (checkpoint.has(at + "attn.norm.weight")) {
            mixed = stored.norm(mixed, at + "attn.norm");
        }
        return stored.linear(mixed, at + "attn.proj");
    }

    private double[][] mlp(double[][] y, String at) {
        double[][] inner;
        if (checkpoint.has(at + "fc1_g.weight")) {
            inner = NaiveMath.product(
                    NaiveMath.apply(stored.linear(y, at + "fc1_g"), options.activation()),
                    stored.linear(y, at + "fc1_x"));
        } else {
            inner = stored.linear(y, at + "fc1");
            int width = checkpoint.values(at + "fc2.weight").length / checkpoint.rows(at + "fc2.weight");
            inner = inner[0].length == width
                    ? NaiveMath.apply(inner, options.activation())
                    : NaiveMath.product(
                            NaiveMath.apply(NaiveMath.columns(inner, 0, width), options.activation()),
                            NaiveMath.columns(inner, width, 2 * width));
        }
        if (checkpoint.has(at + "norm.weight")) {
            inner = stored.norm(inner, at + "norm");
        }
        return stored.linear(inner, at + "fc2");
    }

    /** Rotates each pair of components, read as a complex number. */
    private double[][] rotated(double[][] x) {
        int size = x[0].length / options.heads();
        boolean neighbours = options.rotation().ofNeighbours();
        for (int t = prefix; t < x.length; t++) {
            for (int h = 0; h < options.heads(); h++) {
                for (int k = 0; k < size / 2; k++) {
                    int row = (t - prefix) / grid.width();
                    double angle = options.rotation().angle(row, (t - prefix) % grid.width(), grid, k, size);
                    int first = h * size + (neighbours ? 2 * k : k);
                    int second = first + (neighbours ? 1 : size / 2);
                    double a = x[t][first];
                    double b = x[t][second];
                    x[t][first] = a * Math.cos(angle) - b * Math.sin(angle);
                    x[t][second] = b * Math.cos(angle) + a * Math.sin(angle);
                }
            }
        }
        return x;
    }

    /** Adds y to x, times the layer's scale if it has one. */
    private void add(double[][] x, double[][] y, String at, String branch) {
        String scale = List.of(at + "ls" + branch + ".gamma", at + "gamma_" + branch).stream()
                .filter(checkpoint::has)
                .findFirst()
                .orElse("");
        stored.add(x, y, scale);
    }
}
