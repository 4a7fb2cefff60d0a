package io.vitrine.graph;

import io.vitrine.ModelException;
import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.DType;
import io.vitrine.checkpoint.HalfFloat;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.TowerOptions.Resizing;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.checkpoint.Weights;
import io.vitrine.graph.PositionEmbeddings.Resampling;
import java.util.List;

/**
 * The position table of a {@link Tower} for a given image size. timm and C-RADIO resample in ways of their own, and store tables
 * of other sizes than config.json names.
 */
final class TowerPositions {
    private final Checkpoint checkpoint;
    private final int prefix;
    private final String name;
    private final int width;

    private TowerPositions(Checkpoint checkpoint, int prefix, String name) {
        this.checkpoint = checkpoint;
        this.prefix = prefix;
        this.name = name;
        this.width = checkpoint.config().hiddenSize();
    }

    /**
     * The parameter (1, tokens, hidden) for images of size {@code image}.
     *
     * @param prefix number of tokens before the patches that have a position
     * @param name of the table
     */
    static Parameter of(Checkpoint checkpoint, Size image, int prefix, String name) {
        TowerPositions positions = new TowerPositions(checkpoint, prefix, name);
        Size grid = checkpoint.config().grid(image);
        return switch (checkpoint.config().tower().resizing()) {
            case CUBIC -> PositionEmbeddings.of(checkpoint, image, prefix, name);
            case SMOOTH_CUBIC, SMOOTH_CUBIC_AT_LOAD -> positions.timm(grid);
            case CROPPED_LINEAR -> positions.cropped(grid);
        };
    }

    private Parameter timm(Size grid) {
        Size configured = checkpoint.config().trainedGrid();
        int tokens = prefix + configured.height() * configured.width();
        TensorInfo stored = checkpoint.weights().tensor(name).orElse(null);
        boolean fits = stored != null && stored.elements() == (long) tokens * width;
        if (stored == null || (fits && grid.equals(configured))) {
            return Parameter.weight(name, 1, tokens, width); // if there is none, the printer reports it
        }
        Size from = fits ? configured : square(stored, configured);
        float[] table = floats(stored);
        boolean atLoad = checkpoint.config().tower().resizing() == Resizing.SMOOTH_CUBIC_AT_LOAD;
        if (!atLoad && !from.equals(configured)) { // it is resized twice: at load, and for the image
            table = rounded(resample(table, from, configured), stored.dtype());
            from = configured;
        }
        if (!from.equals(grid)) {
            table = resample(table, from, grid);
        }
        return constant(atLoad ? rounded(table, stored.dtype()) : table, grid);
    }

    /** timm takes a table of another size than the model's to be of a square grid. */
    private Size square(TensorInfo stored, Size configured) {
        long patches = stored.elements() / width - prefix;
        int side = (int) Math.round(Math.sqrt((double) patches));
        if (stored.elements() % width != 0 || patches < 1 || (long) side * side != patches) {
            throw new ModelException("The table " + name + " in " + checkpoint.folder() + " has shape " + stored.shape()
                    + ", which fits neither the " + configured
                    + " patches of config.json nor another square of patches."
                    + " Take config.json and weights from the same checkpoint.");
        }
        return new Size(side, side);
    }

    private Parameter cropped(Size grid) {
        TensorInfo stored = checkpoint.weights().tensor(name).orElse(null);
        if (stored == null) {
            return Parameter.weight(name, 1, grid.height() * grid.width(), width); // the printer reports it
        }
        Size from = square(stored, checkpoint.config().trainedGrid());
        int side = Math.max(grid.height(), grid.width());
        float[] square = PositionEmbeddings.resample(
                floats(stored), prefix, from, new Size(side, side), width, Resampling.LINEAR);
        float[] cropped = new float[grid.height() * grid.width() * width];
        for (int row = 0; row < grid.height(); row++) {
            System.arraycopy(square, row * side * width, cropped, row * grid.width() * width, grid.width() * width);
        }
        return constant(cropped, grid);
    }

    private float[] floats(TensorInfo stored) {
        WeightChecks.requireFinite(List.of(stored)); // the graph holds values computed from it
        return Weights.floats(stored);
    }

    private float[] resample(float[] table, Size from, Size to) {
        return PositionEmbeddings.resample(table, prefix, from, to, width, Resampling.ANTIALIASED_BICUBIC);
    }

    /** The nearest values of the stored type, in which the reference keeps a table that it resizes at load. */
    private static float[] rounded(float[] table, DType type) {
        for (int i = 0; i < table.length; i++) {
            table[i] = switch (type) {
                case F16 -> HalfFloat.toFloat(HalfFloat.fromFloat(table[i]));
                case BF16 -> Float.intBitsToFloat(HalfFloat.toBfloat16(table[i]) << 16);
                default -> table[i];
            };
        }
        return table;
    }

    private Parameter constant(float[] table, Size grid) {
        int tokens = prefix + grid.height() * grid.width();
        return new Parameter.Constant("position_embeddings." + grid, List.of(1, tokens, width), table);
    }
}
