package io.vitrine.checkpoint;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.TowerOptions.Part;
import io.vitrine.checkpoint.VitConfig.Encoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the weights of a tower say about it and config.json does not. */
final class TowerWeights {
    private static final String FIRST = "blocks.0.mlp.fc1.weight";
    private static final String SECOND = "blocks.0.mlp.fc2.weight";
    private static final String SUMMARY = "summary_idxs";
    private static final int SHOWN = 16;

    private TowerWeights() {}

    /**
     * {@code config}, corrected by {@code weights}.
     *
     * @throws ModelException if they contradict each other
     */
    static VitConfig fitted(VitConfig config, Weights weights) {
        return switch (config.family()) {
            case TIMM -> withStoredMlp(config, weights);
            case RADIO -> withStoredSummary(config, weights);
            default -> config;
        };
    }

    /**
     * Users of timm give the kind of the MLP in code, as for Virchow. That gate and value are rows of one tensor ({@code
     * SwiGLUPacked}), the shapes of the weights tell; its activation is SiLU in all such models.
     */
    private static VitConfig withStoredMlp(VitConfig config, Weights weights) {
        TowerOptions tower = config.tower();
        Encoder old = config.encoder();
        long width = old.intermediateSize();
        long hidden = old.hiddenSize();
        boolean fits = !tower.has(Part.GATED_MLP)
                && !tower.has(Part.PACKED_MLP)
                && shape(weights, FIRST).equals(Optional.of(List.of(width, hidden)))
                && shape(weights, SECOND).equals(Optional.of(List.of(hidden, width / 2)));
        if (!fits) {
            return config;
        }
        Encoder packed = new Encoder(
                old.hiddenSize(),
                old.layers(),
                old.heads(),
                old.intermediateSize() / 2,
                Activation.SILU,
                old.layerNormEps(),
                old.qkvBias());
        return config.with(packed, tower.withPart(Part.PACKED_MLP));
    }

    private static Optional<List<Long>> shape(Weights weights, String name) {
        return weights.tensor(name).map(TensorInfo::shape);
    }

    /** The weights hold the indices of the class tokens that make the summary, and the reference reads them there. */
    private static VitConfig withStoredSummary(VitConfig config, Weights weights) {
        List<Integer> summary = weights.tensor(SUMMARY)
                .filter(tensor -> tensor.dtype() == DType.I64
                        && tensor.elements() <= config.tower().classTokens())
                .map(TowerWeights::integers)
                .orElse(config.tower().summary());
        int classTokens = config.tower().classTokens();
        if (summary.isEmpty()
                || summary.size() > classTokens
                || summary.stream().anyMatch(index -> index < 0 || index >= classTokens)) {
            throw new ModelException("summary_idxs is " + summary.subList(0, Math.min(SHOWN, summary.size())) + " in "
                    + weights.folder() + ", but there are " + classTokens
                    + " class tokens. Take config.json and weights from the same checkpoint.");
        }
        return config.with(config.encoder(), config.tower().withSummary(summary));
    }

    private static List<Integer> integers(TensorInfo tensor) {
        ByteBuffer bytes = Weights.map(tensor);
        List<Integer> values = new ArrayList<>();
        while (bytes.hasRemaining()) {
            values.add((int) Math.max(-1, Math.min(Integer.MAX_VALUE, bytes.getLong())));
        }
        return values;
    }
}
