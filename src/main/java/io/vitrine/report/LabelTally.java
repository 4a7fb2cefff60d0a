package io.vitrine.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Compares a model's answers with labels, image by image. Its size does not depend on the number of images. Used by one thread. */
public final class LabelTally implements Serializable {
    private static final long serialVersionUID = 1;

    /** A class among so many best ones is a hit of {@link #topK}. */
    public static final int TOP_K = 5;

    private static final int EXAMPLES = 3; // of each fault
    private static final int SHOWN_LENGTH = 80;

    private long measured;
    private long top1;
    private long topK;
    private final CompensatedSum loss = new CompensatedSum();
    private final Map<LabelFault, Long> faults = new EnumMap<>(LabelFault.class);
    private final Map<LabelFault, List<Example>> examples = new EnumMap<>(LabelFault.class);

    /** An image whose label can't be used. */
    public record Example(String fault, String path, String label) implements Serializable {}

    /** Counts the answer of a classifier. */
    public void add(ClassScore score) {
        measured++;
        top1 += score.rank() == 0 ? 1 : 0;
        topK += score.rank() < TOP_K ? 1 : 0;
        loss.add(score.crossEntropy());
    }

    /** Counts the answer of a model with one output. */
    public void addSquaredError(double answer, double label) {
        measured++;
        loss.add((answer - label) * (answer - label));
    }

    /** Counts an image that can't be compared. Those with the least paths are named, whatever the order. */
    public void addFault(LabelFault fault, String path, String label) {
        faults.merge(fault, 1L, Long::sum);
        keep(fault, new Example(fault.key(), path, shortened(label)));
    }

    private static String shortened(String label) {
        return label.length() <= SHOWN_LENGTH ? label : label.substring(0, SHOWN_LENGTH) + "...";
    }

    private void keep(LabelFault fault, Example example) {
        List<Example> kept = examples.computeIfAbsent(fault, key -> new ArrayList<>());
        kept.add(example);
        kept.sort(Comparator.comparing(Example::path));
        if (kept.size() > EXAMPLES) {
            kept.remove(EXAMPLES);
        }
    }

    /** Adds what another task counted. */
    public void add(LabelTally other) {
        measured += other.measured;
        top1 += other.top1;
        topK += other.topK;
        loss.add(other.loss);
        other.faults.forEach((fault, count) -> faults.merge(fault, count, Long::sum));
        other.examples.forEach((fault, some) -> some.forEach(example -> keep(fault, example)));
    }

    /** Images that were compared. */
    public long measured() {
        return measured;
    }

    /** Images whose true class has the largest logit. */
    public long top1() {
        return top1;
    }

    /** Images whose true class is among the {@value #TOP_K} of the largest logits. */
    public long topK() {
        return topK;
    }

    /** The sum of the images' losses. */
    public double lossSum() {
        return loss.value();
    }

    /** Images that can't be compared. */
    public Map<LabelFault, Long> faults() {
        return faults;
    }

    /** A few of the images that can't be compared. */
    public List<Example> examples() {
        return examples.values().stream().flatMap(List::stream).toList();
    }
}
