package io.vitrine.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a linear probe was trained on and how good it is, for programs.
 *
 * @param started UTC, ISO 8601
 * @param heldOut accuracies and loss over the held-out images
 * @param classes held-out images by class, those told wrong most often first; bounded
 * @param confusions of held-out images, the most frequent first; bounded
 * @param versions of everything that takes part, by name
 */
public record ProbeRecord(
        String started,
        Features features,
        Labels labels,
        Split split,
        Training training,
        LabelScores heldOut,
        List<ClassAccuracy> classes,
        List<Confusion> confusions,
        Map<String, String> versions) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * The vectors.
     *
     * @param fingerprint of the checkpoint that made them
     * @param newestRun the newest run that was read
     */
    public record Features(
            String output, String column, int dimension, String model, String fingerprint, String newestRun) {}

    /**
     * The labels.
     *
     * @param classes that the probe tells apart
     * @param withoutLabel images that are left out, because their label is null or empty
     * @param examples paths of some of these
     * @param singles classes that are left out, because only one image is of them
     * @param singleExamples names of some of these
     */
    public record Labels(
            String column,
            int classes,
            long withoutLabel,
            List<String> examples,
            long singles,
            List<String> singleExamples) {
        /** The classes that are left out, in words. */
        public String describeSingles() {
            return singles == 1
                    ? "1 class of one image, " + singleExamples.get(0)
                    : String.format(
                            Locale.ROOT, "%,d classes of one image, such as %s", singles, singleExamples.get(0));
        }

        /** The images that are left out, in words. */
        public String describeWithoutLabel() {
            return Counted.of(withoutLabel, "image") + " without a label, such as " + examples.get(0);
        }
    }

    /** How images were divided. */
    public record Split(double holdout, long seed, long training, long validation, long heldOut) {}

    /**
     * How the model was trained, after the choice of the penalty on training and validation images together.
     *
     * @param penalty that was chosen
     * @param standardized whether the penalty is on features divided by their standard deviation
     * @param iterations of the optimizer
     * @param converged false if it was stopped
     */
    public record Training(
            double penalty, boolean standardized, int iterations, boolean converged, List<Trial> trials) {}

    /** One penalty that was tried, and how the validation images judged it. */
    public record Trial(double penalty, long images, double accuracy, double meanLoss) {}

    /** Held-out images of a class, and those of them that the probe tells right. */
    public record ClassAccuracy(String name, long images, long right) {}

    /** Held-out images of one class that the probe takes for another. */
    public record Confusion(String actual, String predicted, long images) {}

    /** A penalty as a person writes it: {@code 0.0001}. */
    public static String plain(double penalty) {
        return BigDecimal.valueOf(penalty).stripTrailingZeros().toPlainString();
    }

    /** The record as JSON text. */
    public String json() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // plain values only
        }
    }
}
