package io.vitrine.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Coefficients of a made-up picture: smooth, with some detail. */
final class JpegCoefficients {
    private static final int MAX_DC = 900; // dequantised
    private static final int MAX_AC = 260;

    private final List<JpegPlan> plans = new ArrayList<>();
    private final List<int[][]> blocks = new ArrayList<>();
    private final int[][] steps = new int[2][64];

    JpegCoefficients(JpegSketch sketch) {
        Random random = new Random(sketch.seed());
        for (int table = 0; table < 2; table++) {
            for (int k = 0; k < 64; k++) {
                int step = sketch.quantisation().step() * (2 + table + k / 4) / 2;
                steps[table][k] = Math.max(1, sketch.quantisation().wide() ? step * 3 : Math.min(step, 255));
            }
        }
        for (int i = 0; i < sketch.samplings().size(); i++) {
            JpegPlan plan = JpegPlan.of(sketch, i);
            plans.add(plan);
            int[][] made = new int[plan.mcusWide() * plan.horizontal() * plan.mcusHigh() * plan.vertical()][];
            int level = 0;
            for (int block = 0; block < made.length; block++) {
                level = Math.max(-MAX_DC, Math.min(MAX_DC, level + random.nextInt(601) - 300));
                made[block] = block(random, steps[JpegSketch.table(i)], level);
            }
            blocks.add(made);
        }
    }

    private static int[] block(Random random, int[] steps, int level) {
        int[] block = new int[64];
        block[0] = level / steps[0];
        for (int n = random.nextInt(12); n > 0; n--) {
            int k = 1 + random.nextInt(random.nextInt(8) == 0 ? 63 : 15);
            int max = MAX_AC / (1 + k / 2);
            block[k] = (random.nextInt(2 * max + 1) - max) / steps[k];
        }
        return block;
    }

    JpegPlan plan(int component) {
        return plans.get(component);
    }

    /** The 64 coefficients of a block, along the diagonals. */
    int[] block(int component, int column, int row) {
        JpegPlan plan = plans.get(component);
        return blocks.get(component)[row * plan.mcusWide() * plan.horizontal() + column];
    }

    /** Steps of quantisation, along the diagonals. */
    int[] steps(int table) {
        return steps[table];
    }
}
