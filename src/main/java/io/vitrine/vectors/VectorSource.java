package io.vitrine.vectors;

import io.vitrine.OutputConflictException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Where vectors come from and how they were made. Vectors can be compared if fingerprint, preprocessing, precision, column, dimension
 * and norm are equal.
 *
 * @param output the output's folder
 * @param fingerprint of the checkpoint
 * @param model where the checkpoint came from; for a name on the Hub with its commit
 * @param preprocessing what happens to an image before the model
 * @param imageSize of images when they reach the model
 * @param precision the numbers that the model computes in
 * @param headMask the factors of attention heads; {@value #NO_HEAD_MASK} if none
 * @param column the vector column
 * @param dimension elements of a vector
 * @param norm {@code l2} if the job divided the vectors by their norm, else {@code none}
 */
public record VectorSource(
        String output,
        String fingerprint,
        String model,
        String preprocessing,
        String imageSize,
        String precision,
        String headMask,
        String column,
        int dimension,
        String norm)
        implements Serializable {
    /** The head mask of vectors without one. */
    public static final String NO_HEAD_MASK = "[]";

    /**
     * Refuses vectors that can't be compared with these. The output and the place of the checkpoint may differ.
     *
     * @param place where {@code other} is, for the message
     * @throws OutputConflictException naming every difference
     */
    public void requireComparable(VectorSource other, String place) {
        List<String> differences = new ArrayList<>();
        difference(differences, "fingerprint", fingerprint, other.fingerprint);
        difference(differences, "preprocessing", preprocessing, other.preprocessing);
        difference(differences, "image size", imageSize, other.imageSize);
        difference(differences, "precision", precision, other.precision);
        difference(differences, "head mask", headMask, other.headMask);
        difference(differences, "column", column, other.column);
        difference(differences, "dimension", Integer.toString(dimension), Integer.toString(other.dimension));
        difference(differences, "norm", norm, other.norm);
        if (!differences.isEmpty()) {
            throw new OutputConflictException("The vectors of " + output + " can't be compared with those of " + place
                    + ": " + String.join("; ", differences) + ". Give an output that was made in the same way.");
        }
    }

    private static void difference(List<String> differences, String name, String here, String there) {
        if (!here.equals(there)) {
            differences.add(name + " is " + here + ", there " + there);
        }
    }
}
