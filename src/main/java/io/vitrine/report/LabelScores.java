package io.vitrine.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the model's answers of a run agree with labels. Covers the images that this run did and that have features.
 *
 * @param column of the labels
 * @param loss {@link #CROSS_ENTROPY} or {@link #SQUARED_ERROR}
 * @param classes logits of the model
 * @param measured images that were compared
 * @param top1 of these, whose class has the largest logit; of equal logits the lowest index comes first. 0 for squared errors
 * @param top5 of these, whose class is among the five of the largest logits; 0 for squared errors
 * @param lossSum the sum of the losses, in double precision
 * @param notMeasured images with features that can't be compared, by {@link LabelFault}
 * @param examples a few of these
 */
public record LabelScores(
        String column,
        String loss,
        int classes,
        long measured,
        long top1,
        long top5,
        double lossSum,
        Map<String, Long> notMeasured,
        List<LabelTally.Example> examples) {
    public static final String CROSS_ENTROPY = "cross_entropy";
    public static final String SQUARED_ERROR = "squared_error";

    private static final int MAX_EXAMPLES = 9;

    /** The scores of what tasks counted. */
    public static LabelScores of(String column, String loss, int classes, LabelTally tally) {
        Map<String, Long> faults = new TreeMap<>();
        tally.faults().forEach((fault, count) -> faults.put(fault.key(), count));
        return new LabelScores(
                column,
                loss,
                classes,
                tally.measured(),
                tally.top1(),
                tally.topK(),
                tally.lossSum(),
                faults,
                tally.examples());
    }

    /** The scores of these images and those of a later commit. */
    LabelScores plus(LabelScores later) {
        Map<String, Long> faults = new TreeMap<>(notMeasured);
        later.notMeasured.forEach((fault, count) -> faults.merge(fault, count, Long::sum));
        List<LabelTally.Example> some = new ArrayList<>(examples);
        some.addAll(later.examples);
        return new LabelScores(
                column,
                loss,
                classes,
                measured + later.measured,
                top1 + later.top1,
                top5 + later.top5,
                lossSum + later.lossSum,
                faults,
                some.stream().limit(MAX_EXAMPLES).toList());
    }

    /** Whether the model is a classifier, so that accuracies mean something. */
    @JsonIgnore
    public boolean isClassification() {
        return loss.equals(CROSS_ENTROPY);
    }

    /** The share of compared images, from 0 to 1; 0 if there are none. */
    @JsonProperty("top1_accuracy")
    public double top1Accuracy() {
        return measured == 0 ? 0 : (double) top1 / measured;
    }

    /** The share of compared images, from 0 to 1; 0 if there are none. */
    @JsonProperty("top5_accuracy")
    public double top5Accuracy() {
        return measured == 0 ? 0 : (double) top5 / measured;
    }

    /** The mean of the losses over compared images; 0 if there are none. */
    @JsonProperty("mean_loss")
    public double meanLoss() {
        return measured == 0 ? 0 : lossSum / measured;
    }

    /** Images with features that can't be compared. */
    @JsonIgnore
    public long faults() {
        return notMeasured.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The figures in words. */
    public String figures() {
        if (measured == 0) {
            return "no image of this run could be compared";
        }
        String mean = String.format(
                Locale.ROOT, "mean %s %.6g over %s", loss.replace('_', ' '), meanLoss(), Counted.of(measured, "image"));
        return isClassification()
                ? String.format(
                        Locale.ROOT,
                        "top-1 %.2f %%, top-5 %.2f %%, %s",
                        100 * top1Accuracy(),
                        100 * top5Accuracy(),
                        mean)
                : mean;
    }

    /** The images that can't be compared, in words: {@code 2 null, 1 unknown}. */
    public String faultsInWords() {
        return notMeasured.entrySet().stream()
                .map(fault -> String.format(Locale.ROOT, "%,d %s", fault.getValue(), fault.getKey()))
                .collect(Collectors.joining(", "));
    }
}
