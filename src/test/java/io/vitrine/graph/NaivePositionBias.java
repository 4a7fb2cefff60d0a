package io.vitrine.graph;

import io.vitrine.checkpoint.SmallCheckpoint;

/** BEiT's bias on the attention of two tokens, which depends on where they are in a grid of {@code rows} and {@code columns}. */
record NaivePositionBias(SmallCheckpoint checkpoint, int rows, int columns) {
    /** The layer's own plus the shared one; 0 where a checkpoint has none. */
    double at(int layer, int head, int from, int to) {
        String own = "encoder.layer." + layer + ".attention.attention.relative_position_bias";
        return entry(own + ".relative_position_bias_table", head, from, to)
                + entry("encoder.relative_position_bias.relative_position_bias_table", head, from, to);
    }

    private double entry(String name, int head, int from, int to) {
        if (!checkpoint.has(name)) {
            return 0;
        }
        float[] table = checkpoint.values(name);
        int heads = SmallCheckpoint.HEADS;
        int entries = table.length / heads;
        if (from == 0 || to == 0) {
            int special = from == 0 && to == 0 ? entries - 1 : from == 0 ? entries - 3 : entries - 2;
            return table[special * heads + head];
        }
        int side = 2 * (SmallCheckpoint.SIDE / SmallCheckpoint.PATCH) - 1;
        double y = place((from - 1) / columns - (to - 1) / columns + rows - 1, side, 2 * rows - 1);
        double x = place((from - 1) % columns - (to - 1) % columns + columns - 1, side, 2 * columns - 1);
        double value = 0;
        for (int i = 0; i < side; i++) { // bilinear weights around (y, x)
            for (int j = 0; j < side; j++) {
                double weight = Math.max(0, 1 - Math.abs(y - i)) * Math.max(0, 1 - Math.abs(x - j));
                value += weight * table[(i * side + j) * heads + head];
            }
        }
        return value;
    }

    private static double place(int i, int from, int to) {
        return Math.min(from - 1, Math.max(0, (i + 0.5) * from / to - 0.5));
    }
}
