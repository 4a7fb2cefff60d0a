package io.vitrine.graph;

import io.vitrine.checkpoint.NamedValues;

/**
 * The operations of the independent forward passes that have weights, by the names of their tensors.
 *
 * @param epsilon of every norm
 */
record NaiveWeights(NamedValues checkpoint, double epsilon) {
    double[][] linear(double[][] x, String name) {
        float[] weight = checkpoint.values(name + ".weight");
        double[][] y = NaiveMath.linear(x, weight);
        shift(y, name + ".bias");
        return y;
    }

    void shift(double[][] y, String bias) {
        if (checkpoint.has(bias)) {
            for (double[] token : y) {
                for (int d = 0; d < token.length; d++) {
                    token[d] += checkpoint.values(bias)[d];
                }
            }
        }
    }

    /** Adds y to x, times {@code scale} if there is such a tensor. */
    void add(double[][] x, double[][] y, String scale) {
        for (int t = 0; t < x.length; t++) {
            for (int d = 0; d < x[t].length; d++) {
                x[t][d] += y[t][d] * (checkpoint.has(scale) ? checkpoint.values(scale)[d] : 1);
            }
        }
    }

    /** By mean and variance; without a bias, by the root of the mean square. */
    double[][] norm(double[][] x, String name) {
        float[] weight = checkpoint.values(name + ".weight");
        double[][] y = checkpoint.has(name + ".bias")
                ? NaiveMath.layerNorm(x, weight, epsilon)
                : NaiveMath.rmsNorm(x, weight, epsilon);
        shift(y, name + ".bias");
        return y;
    }

    /** Each head by itself. */
    double[][] normOfHeads(double[][] x, int heads, String name) {
        int size = x[0].length / heads;
        double[][] y = new double[x.length][x[0].length];
        for (int h = 0; h < heads; h++) {
            double[][] head = norm(NaiveMath.columns(x, h * size, (h + 1) * size), name);
            for (int t = 0; t < x.length; t++) {
                System.arraycopy(head[t], 0, y[t], h * size, size);
            }
        }
        return y;
    }
}
