package io.vitrine.graph;

import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.PatchRotation;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.checkpoint.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * The rotation of each token. In DINOv3 it depends on the centre of the patch in coordinates from -1 to 1; class and register
 * tokens are not rotated.
 *
 * @param cos (1, tokens, 1, head size)
 * @param sin the same shape, negated for the first of each pair, as {@link GraphBuilder#rotate} expects
 */
record RotaryPositions(GraphBuilder.Pairs pairs, Parameter cos, Parameter sin) {
    private static final String CLASS_ANGLES = "class_pos_emb";

    /**
     * @param prefix number of tokens before the patches
     * @param size the head size, a multiple of 4
     */
    static RotaryPositions of(Size grid, int prefix, int size, double theta) {
        int tokens = prefix + grid.height() * grid.width();
        float[] cos = new float[tokens * size];
        float[] sin = new float[tokens * size];
        Arrays.fill(cos, 0, prefix * size, 1);
        for (int t = prefix; t < tokens; t++) {
            double y = centre((t - prefix) / grid.width(), grid.height());
            double x = centre((t - prefix) % grid.width(), grid.width());
            for (int k = 0; k < size / 4; k++) {
                double frequency = 2 * Math.PI * Math.pow(theta, -4.0 * k / size);
                set(cos, sin, t * size + k, size, y * frequency);
                set(cos, sin, t * size + size / 4 + k, size, x * frequency);
            }
        }
        return of(GraphBuilder.Pairs.HALVES, cos, sin, tokens, size);
    }

    /**
     * Those of a tower.
     *
     * @param prefix number of tokens before the patches
     * @param size the head size, a multiple of 4
     */
    static RotaryPositions of(PatchRotation rotation, Checkpoint checkpoint, Size grid, int prefix, int size) {
        return switch (rotation.kind()) {
            case WITH_CLASS_TOKEN -> axial(checkpoint, grid, size, rotation.theta());
            case CENTRES -> of(grid, prefix, size, rotation.theta());
            case NEIGHBOURS -> neighbours(rotation, grid, prefix, size);
        };
    }

    Tensor rotate(GraphBuilder g, Tensor x, int heads) {
        return g.rotate(x, heads, pairs, cos, sin);
    }

    /** EVA-02's: rows and columns in the units of the grid that the model was trained on. */
    private static RotaryPositions neighbours(PatchRotation rotation, Size grid, int prefix, int size) {
        int tokens = prefix + grid.height() * grid.width();
        float[] cos = new float[tokens * size];
        float[] sin = new float[tokens * size];
        Arrays.fill(cos, 0, prefix * size, 1);
        Size reference = rotation.reference().orElse(grid);
        boolean columnsFirst = rotation.order() == PatchRotation.Order.COLUMNS_FIRST;
        for (int t = prefix; t < tokens; t++) {
            int row = (t - prefix) / grid.width();
            int column = (t - prefix) % grid.width();
            double y = (rotation.offset() + row) / grid.height() * reference.height();
            double x = (rotation.offset() + column) / grid.width() * reference.width();
            for (int k = 0; k < size / 2; k++) {
                boolean ofRow = k < size / 4 != columnsFirst;
                double angle = (ofRow ? y : x) * Math.pow(rotation.theta(), -4.0 * (k % (size / 4)) / size);
                int at = t * size + 2 * k;
                cos[at] = (float) Math.cos(angle);
                cos[at + 1] = cos[at];
                sin[at] = (float) -Math.sin(angle);
                sin[at + 1] = -sin[at];
            }
        }
        return of(GraphBuilder.Pairs.NEIGHBOURS, cos, sin, tokens, size);
    }

    /**
     * MLCD's: angles grow with a patch's row and column, and learned angles rotate the class token.
     *
     * @param size the head size, a multiple of 4
     */
    static RotaryPositions axial(Checkpoint checkpoint, Size grid, int size, double theta) {
        int tokens = 1 + grid.height() * grid.width();
        float[] cos = new float[tokens * size];
        float[] sin = new float[tokens * size];
        float[] learned = classAngles(checkpoint, size / 2);
        for (int k = 0; k < size / 2; k++) {
            set(cos, sin, k, size, learned[k]);
        }
        for (int t = 1; t < tokens; t++) {
            int row = (t - 1) / grid.width();
            int column = (t - 1) % grid.width();
            for (int k = 0; k < size / 4; k++) {
                double frequency = Math.pow(theta, -4.0 * k / size);
                set(cos, sin, t * size + k, size, row * frequency);
                set(cos, sin, t * size + size / 4 + k, size, column * frequency);
            }
        }
        return of(GraphBuilder.Pairs.HALVES, cos, sin, tokens, size);
    }

    private static float[] classAngles(Checkpoint checkpoint, int angles) {
        TensorInfo stored = checkpoint
                .weights()
                .tensor(CLASS_ANGLES)
                .filter(tensor -> tensor.shape().equals(List.of(1L, (long) angles)))
                .orElseThrow(() -> new ModelException("The weights in " + checkpoint.folder() + " have no "
                        + CLASS_ANGLES + " of shape [1, " + angles
                        + "]. Take config.json and weights from the same checkpoint."));
        WeightChecks.requireFinite(List.of(stored)); // the graph holds values computed from it
        return Weights.floats(stored);
    }

    private static RotaryPositions of(GraphBuilder.Pairs pairs, float[] cos, float[] sin, int tokens, int size) {
        List<Integer> shape = List.of(1, tokens, 1, size);
        return new RotaryPositions(
                pairs,
                new Parameter.Constant("rotary.cos", shape, cos),
                new Parameter.Constant("rotary.sin", shape, sin));
    }

    private static double centre(int patch, int patches) {
        return (patch + 0.5) / patches * 2 - 1;
    }

    /** Sets the angle of component {@code at} in the first half of a head, and of its pair in the second half. */
    private static void set(float[] cos, float[] sin, int at, int size, double angle) {
        cos[at] = (float) Math.cos(angle);
        cos[at + size / 2] = cos[at];
        sin[at] = (float) -Math.sin(angle);
        sin[at + size / 2] = -sin[at];
    }
}
