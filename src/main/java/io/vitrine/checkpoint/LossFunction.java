package io.vitrine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ModelException;
import java.nio.file.Path;

/** What a checkpoint with a classifier is trained with, as transformers chooses its loss where labels are integers. */
public enum LossFunction {
    /** Each image is of one class. */
    CROSS_ENTROPY,
    /** Each image has a number, or several. */
    SQUARED_ERROR,
    /** Each image can be of several classes. */
    BINARY_CROSS_ENTROPY;

    /**
     * The loss of {@code checkpoint}, by {@code problem_type} of its config.json and the number of its classes.
     *
     * @param classes the number of logits
     * @throws ModelException if {@code problem_type} is unknown
     */
    public static LossFunction of(Checkpoint checkpoint, int classes) {
        Path file = checkpoint.folder().resolve(Checkpoint.CONFIG);
        JsonNode type = JsonFile.read(file).path("problem_type");
        if (type.isMissingNode() || type.isNull()) {
            return classes == 1 ? SQUARED_ERROR : CROSS_ENTROPY;
        }
        return switch (type.asText()) {
            case "single_label_classification" -> CROSS_ENTROPY;
            case "multi_label_classification" -> BINARY_CROSS_ENTROPY;
            case "regression" -> SQUARED_ERROR;
            default ->
                throw new ModelException("problem_type is " + type + " in " + file + ", but must be"
                        + " single_label_classification, multi_label_classification or regression. Correct it, or leave"
                        + " --label-column out.");
        };
    }
}
