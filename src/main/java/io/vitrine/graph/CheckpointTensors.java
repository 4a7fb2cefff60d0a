package io.vitrine.graph;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks up the weights of a graph, and collects those that are missing or do not have the expected shape and type. */
final class CheckpointTensors {
    private static final int FAULTS_SHOWN = 12;
    private static final String MISSING = " is missing";

    private final Weights weights;
    private final List<String> faults = new ArrayList<>();

    CheckpointTensors(Weights weights) {
        this.weights = weights;
    }

    /** The checkpoint's tensor. Empty, with the fault recorded, if it is not as expected. */
    Optional<TensorInfo> find(Parameter.Weight weight) {
        Optional<TensorInfo> found = weights.tensor(weight.tensor());
        List<Long> expected = weight.stored().stream().map(Integer::longValue).toList();
        if (found.isEmpty()) {
            faults.add(weight.tensor() + MISSING);
        } else if (!found.get().shape().equals(expected)) {
            faults.add(weight.tensor() + " has shape " + found.get().shape() + ", " + expected + " expected");
        } else if (!found.get().dtype().isWeight()) {
            faults.add(weight.tensor() + " holds " + found.get().dtype() + ", F64, F32, F16 or BF16 expected");
        } else {
            return found.map(tensor -> weight.isWhole() ? tensor : rows(tensor, weight));
        }
        return Optional.empty();
    }

    /** Rows lie one behind the other in the file. */
    private static TensorInfo rows(TensorInfo tensor, Parameter.Weight weight) {
        long rowBytes = tensor.length() / tensor.shape().get(0);
        List<Long> shape = new ArrayList<>(tensor.shape());
        shape.set(0, (long) weight.rows());
        return new TensorInfo(
                tensor.name(),
                tensor.dtype(),
                List.copyOf(shape),
                tensor.file(),
                tensor.offset() + weight.firstRow() * rowBytes,
                weight.rows() * rowBytes);
    }

    /** Throws a {@link ModelException} that lists the recorded faults, if there are any. */
    void requireAll() {
        if (faults.isEmpty()) {
            return;
        }
        boolean nothingFits = faults.stream().allMatch(fault -> fault.endsWith(MISSING));
        Optional<String> prefix = nothingFits ? weights.commonPrefix() : Optional.empty();
        if (prefix.isPresent()) {
            throw new ModelException(
                    "The weights in " + weights.folder() + " do not fit its config.json: " + prefix.get() + ".");
        }
        int shown = Math.min(faults.size(), FAULTS_SHOWN);
        String rest = shown < faults.size() ? "; and " + (faults.size() - shown) + " more" : "";
        throw new ModelException("The weights in " + weights.folder() + " do not fit its config.json: "
                + String.join("; ", faults.subList(0, shown)) + rest
                + ". Take config.json and weights from the same checkpoint.");
    }
}
