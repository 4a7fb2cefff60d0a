package io.vitrine.job.task;

import io.vitrine.report.LabelTally;
import java.io.Serializable;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * Brings each task's {@link LabelTally} to the driver when the task ends. Keeps one per partition, so that a task that runs again
 * counts once, and adds them up in the order of the partitions, so that the sum does not depend on which task ends first.
 */
public final class LabelAccumulator extends AccumulatorV2<LabelAccumulator.OfPartition, LabelTally> {
    private static final long serialVersionUID = 1;

    private final TreeMap<Integer, LabelTally> partitions = new TreeMap<>();

    /** What the task of a partition counted. */
    public record OfPartition(int partition, LabelTally tally) implements Serializable {}

    static LabelAccumulator register(JavaSparkContext spark) {
        LabelAccumulator accumulator = new LabelAccumulator();
        spark.sc().register(accumulator);
        return accumulator;
    }

    @Override
    public boolean isZero() {
        return partitions.isEmpty();
    }

    @Override
    public LabelAccumulator copy() {
        LabelAccumulator copy = new LabelAccumulator();
        copy.partitions.putAll(partitions);
        return copy;
    }

    @Override
    public void reset() {
        partitions.clear();
    }

    @Override
    public void add(OfPartition counted) {
        partitions.put(counted.partition(), counted.tally());
    }

    @Override
    public void merge(AccumulatorV2<OfPartition, LabelTally> other) {
        partitions.putAll(((LabelAccumulator) other).partitions);
    }

    @Override
    public LabelTally value() {
        LabelTally all = new LabelTally();
        partitions.values().forEach(all::add);
        return all;
    }
}
