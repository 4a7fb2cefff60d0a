package io.vitrine.graph;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.Checkpoint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The outputs that a checkpoint's graph offers. Names are those of transformers, plus {@code cls} (the first token of the
 * last state) and {@code mean} (the mean of its patches).
 */
public final class ModelOutputs {
    private ModelOutputs() {}

    /** All outputs, including {@code hidden_states.N} and {@code attentions.N} of each layer. */
    public static Set<String> available(Checkpoint checkpoint) {
        Set<String> names = summaryOutputs(checkpoint);
        for (int i = 0; i <= checkpoint.config().layers(); i++) {
            names.add("hidden_states." + i);
        }
        for (int i = 0; i < checkpoint.config().layers(); i++) {
            names.add("attentions." + i);
        }
        return names;
    }

    /** The outputs of the whole model, without those of single layers. */
    public static Set<String> summaryOutputs(Checkpoint checkpoint) {
        Set<String> names = new LinkedHashSet<>();
        names.add("last_hidden_state");
        if (checkpoint.hasPooler()) {
            names.add("pooler_output");
        }
        if (checkpoint.hasImageEmbeds()) {
            names.add("image_embeds");
        }
        if (checkpoint.hasHead() || checkpoint.hasTeacherHeads()) {
            names.add("logits");
        }
        if (checkpoint.hasTeacherHeads()) {
            names.addAll(List.of("cls_logits", "distillation_logits"));
        }
        if (checkpoint.config().hasClassToken()) {
            names.add("cls");
        }
        names.add("mean");
        return names;
    }

    /** Throws a {@link ConfigurationException} that explains the first missing one of {@code names}. */
    static void requireAvailable(Checkpoint checkpoint, List<String> names) {
        Set<String> available = available(checkpoint);
        for (String name : names) {
            if (!available.contains(name)) {
                throw new ConfigurationException("The checkpoint " + checkpoint.folder() + " has no " + name
                        + why(checkpoint, name) + " Available: " + String.join(", ", summaryOutputs(checkpoint)) + ".");
            }
        }
    }

    private static String why(Checkpoint checkpoint, String name) {
        return switch (name) {
            case "cls" -> ": its first token is a patch or a register.";
            case "pooler_output" ->
                ": its weights hold no " + checkpoint.poolerTensor()
                        + " (transformers would fill it with random numbers).";
            case "image_embeds" -> ": its weights hold no projection to the space of images and texts.";
            case "logits" -> ": its weights hold no classifier.";
            default ->
                name.matches("(hidden_states|attentions)\\..*")
                        ? " (it has " + checkpoint.config().layers() + " layers)."
                        : ": no output has this name.";
        };
    }
}
