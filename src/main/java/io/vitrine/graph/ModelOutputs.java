package io.vitrine.graph;

import io.vitrine.ModelException;
import io.vitrine.checkpoint.Checkpoint;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a checkpoint's graph can give, by the reference's names and a few of ours ({@code cls}, {@code mean}). */
public final class ModelOutputs {
    private ModelOutputs() {}

    /** Every output. */
    public static Set<String> available(Checkpoint checkpoint) {
        Set<String> names = brief(checkpoint);
        for (int i = 0; i <= checkpoint.config().layers(); i++) {
            names.add("hidden_states." + i);
        }
        for (int i = 0; i < checkpoint.config().layers(); i++) {
            names.add("attentions." + i);
        }
        return names;
    }

    /** Those that are not per layer. */
    public static Set<String> brief(Checkpoint checkpoint) {
        Set<String> names = new LinkedHashSet<>();
        names.add("last_hidden_state");
        if (checkpoint.hasPooler()) {
            names.add("pooler_output");
        }
        if (checkpoint.hasHead() || checkpoint.hasTeacherHeads()) {
            names.add("logits");
        }
        if (checkpoint.hasTeacherHeads()) {
            names.addAll(List.of("cls_logits", "distillation_logits"));
        }
        if (checkpoint.config().family().prefixTokens() > 0) {
            names.add("cls");
        }
        names.add("mean");
        return names;
    }

    /** Throws where one of {@code wanted} does not exist, and says why. */
    static void check(Checkpoint checkpoint, List<String> wanted) {
        Set<String> available = available(checkpoint);
        for (String name : wanted) {
            if (!available.contains(name)) {
                throw new ModelException("The checkpoint " + checkpoint.folder() + " has no " + name
                        + why(checkpoint, name) + " Available: " + String.join(", ", brief(checkpoint)) + ".");
            }
        }
    }

    private static String why(Checkpoint checkpoint, String name) {
        return switch (name) {
            case "cls" -> ": its first token is a patch.";
            case "pooler_output" ->
                ": its weights hold no " + checkpoint.poolerTensor()
                        + " (the reference would fill it with random numbers).";
            case "logits" -> ": its weights hold no classifier.";
            default ->
                name.matches("(hidden_states|attentions)\\..*")
                        ? " (it has " + checkpoint.config().layers() + " layers)."
                        : ": no output is called so.";
        };
    }
}
