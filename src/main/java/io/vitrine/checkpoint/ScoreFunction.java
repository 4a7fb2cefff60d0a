package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import java.nio.file.Path;

/**
 * How a classifier's logits become scores. As the image-classification pipeline of transformers chooses it, except for
 * regression, to which that pipeline applies a sigmoid or softmax all the same; its text-classification pipeline applies nothing.
 */
public enum ScoreFunction {
    /** Scores of one image add up to 1: the classes exclude each other. */
    SOFTMAX,
    /** Each score is a probability of its own: an image can have several labels, or none. */
    SIGMOID,
    /** The logits themselves. */
    NONE;

    /**
     * The function of {@code checkpoint}, by {@code problem_type} of its config.json and the number of its classes.
     *
     * @param classes the number of logits
     * @throws ModelException if {@code problem_type} is unknown
     */
    public static ScoreFunction of(Checkpoint checkpoint, int classes) {
        return of(checkpoint.folder().resolve(Checkpoint.CONFIG), classes);
    }

    /** {@link #of(Checkpoint, int)} by a config.json alone. */
    public static ScoreFunction of(Path file, int classes) {
        JsonNode type = JsonFile.read(file).path("problem_type");
        ScoreFunction byCount = classes == 1 ? SIGMOID : SOFTMAX;
        if (type.isMissingNode() || type.isNull()) {
            return byCount;
        }
        return switch (type.asText()) {
            case "single_label_classification" -> byCount;
            case "multi_label_classification" -> SIGMOID;
            case "regression" -> NONE;
            default ->
                throw new ModelException("problem_type is " + type + " in " + file + ", but must be"
                        + " single_label_classification, multi_label_classification or regression. Correct it, or leave"
                        + " label_score and top_k out of --columns.");
        };
    }

    /** The scores of {@code logits}, in their order. */
    public float[] apply(float[] logits) {
        float[] scores = new float[logits.length];
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] = switch (this) {
                case SOFTMAX -> (float) (Math.exp(logits[i] - largest) / sum);
                case SIGMOID -> (float) (1 / (1 + Math.exp(-(double) logits[i])));
                case NONE -> logits[i];
            };
        }
        return scores;
    }
}
