package io.vitrine.graph;

import io.vitrine.Size;

/**
 * Which entry of BEiT's bias table each pair of tokens takes: one for each offset between two patches, and three more for
 * the class token to any, any to the class token, and the class token to itself.
 */
final class RelativePositions {
    private RelativePositions() {}

    /** Entries of the table: (2h - 1)(2w - 1) + 3. */
    static int entries(Size grid) {
        return (2 * grid.height() - 1) * (2 * grid.width() - 1) + 3;
    }

    /** The entry of each pair of tokens, row-major, the class token first. */
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
