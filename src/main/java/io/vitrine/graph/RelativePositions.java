package io.vitrine.graph;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.checkpoint.Weights;
import java.util.List;
import java.util.Optional;

/**
 * The relative position bias of BEiT: its tables, and the table entry of each pair of tokens. A table has one entry for each
 * offset between two patches, and three more: class token to patch, patch to class token, class token to itself.
 */
final class RelativePositions {
    private RelativePositions() {}

    /** Entries of a table for {@code grid} of h x w patches: (2h - 1)(2w - 1) + 3. */
    static int entries(Size grid) {
        return (2 * grid.height() - 1) * (2 * grid.width() - 1) + 3;
    }

    /**
     * The table {@code name} for {@code grid}, (entries, heads): the checkpoint's own, or its bilinear interpolation.
     *
     * <p>The reference reads the trained table as (2w - 1, 2h - 1) entries and resizes it to (2h' - 1, 2w' - 1). The exchanged
     * axes matter only for images that are not square. This does the same.
     */
    static Parameter table(Checkpoint checkpoint, String name, Size grid) {
        Size trained = checkpoint.config().trainedGrid();
        int heads = checkpoint.config().heads();
        Parameter.Weight stored = Parameter.weight(name, entries(trained), heads);
        Optional<TensorInfo> found = checkpoint.weights().tensor(name);
        Size from = new Size(2 * trained.width() - 1, 2 * trained.height() - 1);
        Size to = new Size(2 * grid.height() - 1, 2 * grid.width() - 1);
        if (from.equals(to) || found.isEmpty() || found.get().elements() != (long) entries(trained) * heads) {
            return stored; // the printer reports a missing or misshapen table
        }
        WeightChecks.requireFinite(List.of(found.get())); // the graph holds values computed from it
        float[] values = resize(Weights.floats(found.get()), from, to, heads);
        return new Parameter.Constant(name + "." + grid, List.of(entries(grid), heads), values);
    }

    /** Resizes the first from.height * from.width entries with half-pixel centres, and copies the last three. */
    static float[] resize(float[] table, Size from, Size to, int heads) {
        float[] out = new float[(to.height() * to.width() + 3) * heads];
        for (int y = 0; y < to.height(); y++) {
            double row = source(y, from.height(), to.height());
            for (int x = 0; x < to.width(); x++) {
                double column = source(x, from.width(), to.width());
                for (int h = 0; h < heads; h++) {
                    double upper = interpolate(table, (int) row, column, from, heads, h);
                    double lower =
                            interpolate(table, Math.min((int) row + 1, from.height() - 1), column, from, heads, h);
                    out[(y * to.width() + x) * heads + h] = (float) (upper + (row - (int) row) * (lower - upper));
                }
            }
        }
        int special = 3 * heads;
        System.arraycopy(table, table.length - special, out, out.length - special, special);
        return out;
    }

    private static double source(int i, int from, int to) {
        return Math.max(0, (i + 0.5) * from / to - 0.5);
    }

    private static double interpolate(float[] table, int row, double column, Size from, int heads, int h) {
        int next = Math.min((int) column + 1, from.width() - 1);
        double left = table[(row * from.width() + (int) column) * heads + h];
        double right = table[(row * from.width() + next) * heads + h];
        return left + (column - (int) column) * (right - left);
    }

    /** The table entry of each pair of tokens, (tokens, tokens) row-major, class token first. */
    static int[] index(Size grid) {
        int tokens = 1 + grid.height() * grid.width();
        int entries = entries(grid);
        int[] index = new int[tokens * tokens];
        for (int i = 0; i < tokens; i++) {
            for (int j = 0; j < tokens; j++) {
                int rows = row(i, grid) - row(j, grid) + grid.height() - 1;
                int columns = column(i, grid) - column(j, grid) + grid.width() - 1;
                index[i * tokens + j] = i == 0 && j == 0
                        ? entries - 1
                        : i == 0 ? entries - 3 : j == 0 ? entries - 2 : rows * (2 * grid.width() - 1) + columns;
            }
        }
        return index;
    }

    private static int row(int token, Size grid) {
        return (token - 1) / grid.width();
    }

    private static int column(int token, Size grid) {
        return (token - 1) % grid.width();
    }
}
