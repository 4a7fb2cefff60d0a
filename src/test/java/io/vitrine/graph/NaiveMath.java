package io.vitrine.graph;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** The operations of the independent forward passes: plain loops over [tokens][width], 64-bit floats. */
final class NaiveMath {
    private NaiveMath() {}

    static double gelu(double x) {
        return 0.5 * x * (1 + ActivationsTest.erf(x / Math.sqrt(2)));
    }

    static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    static double[][] attend(double[][] q, double[][] k, double[][] v, int heads) {
        int size = q[0].length / heads;
        double[][] mixed = new double[q.length][q[0].length];
        for (int h = 0; h < heads; h++) {
            for (int t = 0; t < q.length; t++) {
                double[] weights = new double[k.length];
                for (int s = 0; s < k.length; s++) {
                    double dot = 0;
                    for (int d = h * size; d < (h + 1) * size; d++) {
                        dot += q[t][d] * k[s][d];
                    }
                    weights[s] = Math.exp(dot / Math.sqrt(size));
                }
                double sum = Arrays.stream(weights).sum();
                for (int s = 0; s < k.length; s++) {
                    for (int d = h * size; d < (h + 1) * size; d++) {
                        mixed[t][d] += weights[s] / sum * v[s][d];
                    }
                }
            }
        }
        return mixed;
    }

    static double[][] sum(double[][] a, double[][] b) {
        return combined(a, b, Double::sum);
    }

    static double[][] product(double[][] a, double[][] b) {
        return combined(a, b, (x, y) -> x * y);
    }

    static double[][] combined(double[][] a, double[][] b, DoubleBinaryOperator operator) {
        return IntStream.range(0, a.length)
                .mapToObj(t -> IntStream.range(0, a[t].length)
                        .mapToDouble(d -> operator.applyAsDouble(a[t][d], b[t][d]))
                        .toArray())
                .toArray(double[][]::new);
    }

    static double[][] apply(double[][] x, DoubleUnaryOperator function) {
        return Arrays.stream(x)
                .map(token -> Arrays.stream(token).map(function).toArray())
                .toArray(double[][]::new);
    }

    static double[][] columns(double[][] x, int from, int to) {
        return Arrays.stream(x)
                .map(token -> Arrays.copyOfRange(token, from, to))
                .toArray(double[][]::new);
    }

    static double[][] copy(double[][] x) {
        return Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
    }

    static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    /**
     * x W^T.
     *
     * @param weight (out, in), row-major
     */
    static double[][] linear(double[][] x, float[] weight) {
        int in = x[0].length;
        double[][] y = new double[x.length][weight.length / in];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < y[t].length; o++) {
                for (int i = 0; i < in; i++) {
                    y[t][o] += x[t][i] * weight[o * in + i];
                }
            }
        }
        return y;
    }

    /** By mean and variance, times {@code weight}. */
    static double[][] layerNorm(double[][] x, float[] weight, double epsilon) {
        return Arrays.stream(x)
                .map(token -> {
                    double mean = Arrays.stream(token).average().orElseThrow();
                    return scaled(token, mean, weight, epsilon);
                })
                .toArray(double[][]::new);
    }

    /** By the root of the mean square, times {@code weight}. */
    static double[][] rmsNorm(double[][] x, float[] weight, double epsilon) {
        return Arrays.stream(x).map(token -> scaled(token, 0, weight, epsilon)).toArray(double[][]::new);
    }

    private static double[] scaled(double[] token, double mean, float[] weight, double epsilon) {
        double square = Arrays.stream(token)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        return IntStream.range(0, token.length)
                .mapToDouble(d -> (token[d] - mean) / Math.sqrt(square + epsilon) * weight[d])
                .toArray();
    }

    /** The mean of the tokens. */
    static double[] mean(double[][] x) {
        return IntStream.range(0, x[0].length)
                .mapToDouble(d -> Arrays.stream(x)
                        .mapToDouble(token -> token[d])
                        .average()
                        .orElseThrow())
                .toArray();
    }
}
