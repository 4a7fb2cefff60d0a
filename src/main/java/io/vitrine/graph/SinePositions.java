package io.vitrine.graph;

import io.vitrine.Size;
import java.util.List;

/** AIMv2's computed positions: sines and cosines of a patch's column, then of its row, with base 10000. */
final class SinePositions {
    private static final double BASE = 10_000;

    private SinePositions() {}

    /** (1, patches, width), row-major. */
    static Parameter of(Size grid, int width) {
        int quarter = width / 4;
        float[] values = new float[grid.height() * grid.width() * width];
        for (int row = 0; row < grid.height(); row++) {
            for (int column = 0; column < grid.width(); column++) {
                int at = (row * grid.width() + column) * width;
                for (int k = 0; k < quarter; k++) {
                    double frequency = 1 / Math.pow(BASE, (double) k / quarter);
                    values[at + k] = (float) Math.sin(column * frequency);
                    values[at + quarter + k] = (float) Math.cos(column * frequency);
                    values[at + 2 * quarter + k] = (float) Math.sin(row * frequency);
                    values[at + 3 * quarter + k] = (float) Math.cos(row * frequency);
                }
            }
        }
        return new Parameter.Constant(
                "sine_positions." + grid, List.of(1, grid.height() * grid.width(), width), values);
    }
}
