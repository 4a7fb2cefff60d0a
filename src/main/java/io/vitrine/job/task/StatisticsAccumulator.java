package io.vitrine.job.task;

import io.vitrine.report.ImageStatistics;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * Brings each task's {@link ImageStatistics} to the driver when the task ends. Has no name, so that Spark neither shows nor logs
 * its pictures.
 */
public final class StatisticsAccumulator extends AccumulatorV2<ImageStatistics, ImageStatistics> {
    private static final long serialVersionUID = 1;

    private ImageStatistics statistics = new ImageStatistics();
    private boolean zero = true;

    static StatisticsAccumulator register(JavaSparkContext spark) {
        StatisticsAccumulator accumulator = new StatisticsAccumulator();
        spark.sc().register(accumulator);
        return accumulator;
    }

    @Override
    public boolean isZero() {
        return zero;
    }

    @Override
    public StatisticsAccumulator copy() {
        StatisticsAccumulator copy = new StatisticsAccumulator();
        copy.merge(this);
        return copy;
    }

    @Override
    public void reset() {
        statistics = new ImageStatistics();
        zero = true;
    }

    @Override
    public void add(ImageStatistics more) {
        statistics.add(more);
        zero = false;
    }

    @Override
    public void merge(AccumulatorV2<ImageStatistics, ImageStatistics> other) {
        if (!other.isZero()) {
            add(other.value());
        }
    }

    @Override
    public ImageStatistics value() {
        return statistics;
    }
}
