package io.vitrine.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The prefix that a wrapper puts before every tensor's name. Wrappers around a whole model change no tensor, so their prefix is
 * dropped and the log says so. It is kept if a single tensor lacks it: then it is part of the model's own names.
 */
final class WrapperPrefix {
    private static final Logger LOG = LoggerFactory.getLogger(WrapperPrefix.class);

    /** Of DistributedDataParallel, of torch.compile, and of a LightningModule that calls its model so. */
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.", "model.");

    private WrapperPrefix() {}

    /**
     * The tensors under their names in the wrapped model.
     *
     * @param stored by the names in the files
     * @param folder named in the log
     */
    static Map<String, TensorInfo> removed(Map<String, TensorInfo> stored, Path folder) {
        Map<String, TensorInfo> tensors = stored;
        for (Optional<String> prefix = of(tensors.keySet()); prefix.isPresent(); prefix = of(tensors.keySet())) {
            LOG.warn("Every tensor of {} begins with '{}', the name of a wrapper; it is dropped", folder, prefix.get());
            Map<String, TensorInfo> unwrapped = new LinkedHashMap<>();
            for (Map.Entry<String, TensorInfo> tensor : tensors.entrySet()) {
                unwrapped.put(tensor.getKey().substring(prefix.get().length()), tensor.getValue());
            }
            tensors = unwrapped;
        }
        return tensors;
    }

    private static Optional<String> of(Set<String> names) {
        return WRAPPERS.stream()
                .filter(wrapper -> !names.isEmpty()
                        && names.stream()
                                .allMatch(name -> name.startsWith(wrapper) && name.length() > wrapper.length()))
                .findFirst();
    }

    /**
     * A sentence about the prefix of all {@code names}, for weights that lack tensors; empty if they have none in common.
     *
     * @param names as in the files, or without the prefixes that are known
     */
    static Optional<String> sentence(Set<String> names) {
        String first = names.isEmpty() ? "" : names.iterator().next();
        String prefix = first.substring(0, first.indexOf('.') + 1);
        if (prefix.isEmpty() || names.size() < 2 || !names.stream().allMatch(name -> name.startsWith(prefix))) {
            return Optional.empty();
        }
        return Optional.of(
                prefix.equals("base_model.")
                        ? "every tensor begins with 'base_model.', the name of PEFT's wrapper: call merge_and_unload(), save the"
                                + " result with save_pretrained, and use that"
                        : "every tensor begins with '" + prefix
                                + "', which is no part of this model: save the unwrapped model"
                                + " with save_pretrained, or take config.json from the same checkpoint");
    }
}
