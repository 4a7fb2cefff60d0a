package io.vitrine.graph;

import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.VitConfig;
import io.vitrine.checkpoint.Weights;

/**
 * An independent, slow forward pass written from the definition: plain loops, 64-bit floats, GELU, no head, square images
 * at their own size. For families that the oracle has no vectors of.
 */
final class NaiveTransformer {
    private final Checkpoint checkpoint;
    private final VitConfig config;
    private final int hidden;

    NaiveTransformer(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
        this.hidden = config.hiddenSize();
    }

    /** last_hidden_state, [tokens][hidden], of an image of raw pixel values, (height, width, 3). */
    double[][] lastHiddenState(byte[] image, boolean classToken) {
        int side = config.imageSize().height();
        int patch = config.patchSize().height();
        int row = side / patch;
        int prefix = classToken ? 1 : 0;
        float[] kernel = weight("embeddings.patch_embeddings.projection.weight");
        float[] bias = weight("embeddings.patch_embeddings.projection.bias");
        float[] positions = weight("embeddings.position_embeddings");
        double[][] x = new double[prefix + row * row][hidden];
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < hidden; d++) {
                double sum = positions[t * hidden + d];
                if (t < prefix) {
                    sum += weight("embeddings.cls_token")[d];
                } else {
                    int py = (t - prefix) / row * patch;
                    int px = (t - prefix) % row * patch;
                    sum += bias[d];
                    for (int c = 0; c < 3; c++) {
                        for (int i = 0; i < patch; i++) {
                            for (int j = 0; j < patch; j++) {
                                int pixel = image[((py + i) * side + px + j) * 3 + c] & 0xff;
                                sum += (double) kernel[((d * 3 + c) * patch + i) * patch + j] * pixel;
                            }
                        }
                    }
                }
                x[t][d] = sum;
            }
        }
        for (int i = 0; i < config.layers(); i++) {
            layer(x, "encoder.layer." + i + ".");
        }
        return norm(x, "layernorm");
    }

    private void layer(double[][] x, String at) {
        double[][] y = norm(x, at + "layernorm_before");
        double[][] q = linear(y, at + "attention.attention.query");
        double[][] k = linear(y, at + "attention.attention.key");
        double[][] v = linear(y, at + "attention.attention.value");
        int size = hidden / config.heads();
        double[][] mixed = new double[x.length][hidden];
        for (int h = 0; h < config.heads(); h++) {
            for (int t = 0; t < x.length; t++) {
                double[] scores = new double[x.length];
                double sum = 0;
                for (int s = 0; s < x.length; s++) {
                    double dot = 0;
                    for (int d = h * size; d < (h + 1) * size; d++) {
                        dot += q[t][d] * k[s][d];
                    }
                    scores[s] = Math.exp(dot / Math.sqrt(size));
                    sum += scores[s];
                }
                for (int s = 0; s < x.length; s++) {
                    for (int d = h * size; d < (h + 1) * size; d++) {
                        mixed[t][d] += scores[s] / sum * v[s][d];
                    }
                }
            }
        }
        add(x, linear(mixed, at + "attention.output.dense"));
        y = linear(norm(x, at + "layernorm_after"), at + "intermediate.dense");
        for (double[] token : y) {
            for (int d = 0; d < token.length; d++) {
                token[d] = 0.5 * token[d] * (1 + ActivationsTest.erf(token[d] / Math.sqrt(2)));
            }
        }
        add(x, linear(y, at + "output.dense"));
    }

    private static void add(double[][] x, double[][] y) {
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < x[t].length; d++) {
                x[t][d] += y[t][d];
            }
        }
    }

    private double[][] linear(double[][] x, String name) {
        float[] weight = weight(name + ".weight");
        float[] bias = weight(name + ".bias");
        double[][] y = new double[x.length][bias.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < bias.length; o++) {
                double sum = bias[o];
                for (int i = 0; i < x[t].length; i++) {
                    sum += x[t][i] * weight[o * x[t].length + i];
                }
                y[t][o] = sum;
            }
        }
        return y;
    }

    private double[][] norm(double[][] x, String name) {
        float[] weight = weight(name + ".weight");
        float[] bias = weight(name + ".bias");
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
                y[t][d] = (x[t][d] - mean) / Math.sqrt(variance + config.layerNormEps()) * weight[d] + bias[d];
            }
        }
        return y;
    }

    private float[] weight(String name) {
        return Weights.floats(checkpoint.weights().find(name).orElseThrow());
    }
}
