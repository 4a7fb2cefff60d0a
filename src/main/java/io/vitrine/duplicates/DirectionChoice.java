package io.vitrine.duplicates;

import java.util.List;

/** How many directions tell most pairs apart at the least cost: few are compared fast, but leave many pairs to compare in full. */
final class DirectionChoice {
    /** Vectors of a sample that are enough. */
    static final int SAMPLE = 2_048;

    private static final int MOST = 256;
    private static final int LEAST = 8;
    private static final int PROBES = 128;

    /** A product of whole vectors takes about so many times longer for each dimension than one of shadows. */
    private static final double COST_IN_FULL = 4;

    private DirectionChoice() {}

    /**
     * Chooses directions. The choice changes how long a comparison takes, and nothing else.
     *
     * @param sample vectors of norm 1, at least one
     * @param threshold the least product of near-duplicates
     */
    static Directions of(List<float[]> sample, double threshold) {
        int dimension = sample.get(0).length;
        Directions all = Directions.of(sample, Math.min(MOST, dimension));
        float[][] shadows = new float[sample.size()][all.count() + 1];
        for (int i = 0; i < shadows.length; i++) {
            all.project(sample.get(i), shadows[i]);
        }
        int best = all.count();
        double least = Double.POSITIVE_INFINITY;
        for (int count = Math.min(LEAST, dimension); count <= all.count(); count *= 2) {
            double cost = count + 1 + COST_IN_FULL * dimension * undecided(shadows, count, threshold - all.error());
            if (cost < least) {
                least = cost;
                best = count;
            }
        }
        return all.first(best);
    }

    /** The share of pairs that the first {@code count} directions don't tell apart. */
    private static double undecided(float[][] shadows, int count, double threshold) {
        double[] rests = new double[shadows.length];
        for (int i = 0; i < rests.length; i++) {
            double rest = 0;
            for (int d = count; d < shadows[i].length; d++) {
                rest += (double) shadows[i][d] * shadows[i][d];
            }
            rests[i] = Math.sqrt(rest);
        }
        int step = Math.max(1, shadows.length / PROBES);
        long pairs = 0;
        long undecided = 0;
        for (int i = 0; i < shadows.length; i += step) {
            for (int j = 0; j < shadows.length; j++) {
                if (i != j) {
                    double bound = rests[i] * rests[j];
                    for (int d = 0; d < count; d++) {
                        bound += shadows[i][d] * shadows[j][d];
                    }
                    pairs++;
                    undecided += bound >= threshold ? 1 : 0;
                }
            }
        }
        return pairs == 0 ? 0 : (double) undecided / pairs;
    }
}
