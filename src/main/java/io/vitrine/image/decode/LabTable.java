package io.vitrine.image.decode;

/**
 * CIELAB to sRGB at the nodes of a cube, as LittleCMS computes them for a transform of its own LAB profile to its own sRGB profile:
 * 33 nodes for each of L, a and b, with three colours of 16 bits.
 */
final class LabTable {
    static final int NODES = 33;

    private static final double MAX_XYZ = 1 + 32767 / 32768.0; // of 16-bit XYZ; one stage's largest value
    private static final double[] D50 = {0.9642, 1.0, 0.8249};

    /** Red, green and blue of BT.709 in columns: x, y, z. */
    private static final double[][] PRIMARIES = {
        {0.64, 0.30, 0.15},
        {0.33, 0.60, 0.06},
        {1 - 0.64 - 0.33, 1 - 0.30 - 0.60, 1 - 0.15 - 0.06}
    };

    private static final double WHITE_X = 0.3127; // D65
    private static final double WHITE_Y = 0.3290;

    /** XYZ to the responses of cones. */
    private static final double[][] BRADFORD = {
        {0.8951, 0.2664, -0.1614},
        {-0.7502, 1.7135, 0.0367},
        {0.0389, -0.0685, 1.0296}
    };

    // sRGB's curve
    private static final double GAMMA = 2.4;
    private static final double SCALE = 1 / 1.055;
    private static final double OFFSET = 0.055 / 1.055;
    private static final double SLOPE = 1 / 12.92;
    private static final double KNEE = Math.pow(SCALE * 0.04045 + OFFSET, GAMMA);

    private LabTable() {}

    /** The nodes: L before a before b, each with red, green and blue. */
    static char[] build() {
        double[][] toRgb = inverse(rgbToXyz());
        for (double[] row : toRgb) {
            for (int i = 0; i < 3; i++) {
                row[i] *= MAX_XYZ;
            }
        }
        char[] nodes = new char[NODES * NODES * NODES * 3];
        int at = 0;
        for (int l = 0; l < NODES; l++) {
            for (int a = 0; a < NODES; a++) {
                for (int b = 0; b < NODES; b++) {
                    float[] xyz = xyz(level(l), level(a), level(b));
                    for (double[] row : toRgb) {
                        double linear = 0;
                        for (int i = 0; i < 3; i++) {
                            linear += xyz[i] * row[i];
                        }
                        nodes[at++] = word((float) curve((float) linear) * 65535.0);
                    }
                }
            }
        }
        return nodes;
    }

    /** A node's place, from 0 to 1. */
    private static float level(int node) {
        return (float) (word(node * 65535.0 / (NODES - 1)) / 65535.0);
    }

    private static float[] xyz(float l, float a, float b) {
        double y = (l * 100.0 + 16) / 116;
        double x = y + 0.002 * (a * 255.0 - 128);
        double z = y - 0.005 * (b * 255.0 - 128);
        return new float[] {
            (float) (cubed(x) * D50[0] / MAX_XYZ),
            (float) (cubed(y) * D50[1] / MAX_XYZ),
            (float) (cubed(z) * D50[2] / MAX_XYZ)
        };
    }

    private static double cubed(double t) {
        return t <= 24.0 / 116 ? 108.0 / 841 * (t - 16.0 / 116) : t * t * t;
    }

    private static double curve(float linear) {
        return linear >= KNEE ? (Math.pow(linear, 1 / GAMMA) - OFFSET) / SCALE : linear / SLOPE;
    }

    /** Rounds to 16 bits: from 1/65536 below an integer on, up. */
    private static char word(double value) {
        double rounded = value + 0.5;
        if (!(rounded > 0)) {
            return 0;
        }
        return rounded >= 65535 ? (char) 65535 : (char) Math.floor(Math.rint(rounded * 65536) / 65536);
    }

    /** Linear RGB to XYZ, with D50 as its white. */
    private static double[][] rgbToXyz() {
        double[] white = {WHITE_X / WHITE_Y, 1, (1 - WHITE_X - WHITE_Y) / WHITE_Y};
        double[] intensity = product(inverse(PRIMARIES), white);
        double[][] matrix = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                matrix[i][j] = intensity[j] * PRIMARIES[i][j];
            }
        }
        double[] source = product(BRADFORD, white);
        double[] target = product(BRADFORD, D50);
        double[][] scaled = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                scaled[i][j] = target[i] / source[i] * BRADFORD[i][j];
            }
        }
        return product(product(inverse(BRADFORD), scaled), matrix);
    }

    private static double[] product(double[][] a, double[] v) {
        double[] product = new double[3];
        for (int i = 0; i < 3; i++) {
            product[i] = a[i][0] * v[0] + a[i][1] * v[1] + a[i][2] * v[2];
        }
        return product;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
            }
        }
        return product;
    }

    private static double[][] inverse(double[][] a) {
        double[][] inverse = new double[3][3];
        double determinant = a[0][0] * cofactor(a, 0, 0) + a[0][1] * cofactor(a, 0, 1) + a[0][2] * cofactor(a, 0, 2);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                inverse[i][j] = cofactor(a, j, i) / determinant;
            }
        }
        return inverse;
    }

    private static double cofactor(double[][] a, int row, int column) {
        int r1 = (row + 1) % 3;
        int r2 = (row + 2) % 3;
        int c1 = (column + 1) % 3;
        int c2 = (column + 2) % 3;
        return a[r1][c1] * a[r2][c2] - a[r1][c2] * a[r2][c1];
    }
}
