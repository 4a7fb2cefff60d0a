package io.vitrine.job;

import io.vitrine.job.rows.LabelColumn;
import io.vitrine.job.spark.TaskTotals;
import io.vitrine.job.task.Counters;
import io.vitrine.report.Gallery;
import io.vitrine.report.ImageStatistics;
import io.vitrine.report.RateRecorder;
import io.vitrine.report.RunDetails;
import io.vitrine.report.RunListener;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.collection.JavaConverters;

/** Watches a run for its report: the rate in the course of time, what Spark measures, a few images of each status. */
final class RunObserver implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final SparkSession spark;
    private final Map<String, String> settings;
    private final int batchSize;
    private final RateRecorder rate;
    private final TaskTotals totals;
    private final Gallery gallery = new Gallery();
    private TaskTotals.Sums counted; // in the records of earlier commits

    /**
     * @param settings of the session and the run, for the record
     * @param batchSize images per model call
     * @param listener gets the run's events
     */
    RunObserver(SparkSession spark, Map<String, String> settings, int batchSize, RunListener listener) {
        this.spark = spark;
        this.settings = settings;
        this.batchSize = batchSize;
        this.rate = new RateRecorder(listener);
        this.totals = new TaskTotals(spark.sparkContext());
        this.counted = totals.sums();
    }

    /** Receives the run's events. */
    RunListener listener() {
        return rate;
    }

    /** A few images of each status, of all commits so far. */
    Gallery gallery() {
        return gallery;
    }

    /**
     * What a commit adds.
     *
     * @param files the files of its rows
     * @param labels the column that answers are compared with
     */
    RunDetails details(Counters counters, long files, Optional<LabelColumn> labels) {
        TaskTotals.Sums all = totals.sums();
        TaskTotals.Sums sums = all.since(counted);
        counted = all;
        ImageStatistics statistics = counters.statistics().value();
        gallery.add(statistics.gallery());
        return new RunDetails(
                statistics.images(),
                resources(counters, statistics, sums, files),
                rate.points(),
                settings,
                labels.map(column -> column.scores(counters.labels().value())));
    }

    private RunDetails.Resources resources(
            Counters counters, ImageStatistics statistics, TaskTotals.Sums sums, long files) {
        int executors = 0;
        int cores = 0;
        for (ExecutorSummary executor :
                JavaConverters.seqAsJavaList(spark.sparkContext().statusStore().executorList(false))) {
            if (executor.totalTasks() > 0) { // the driver of a cluster runs none
                executors++;
                cores += executor.totalCores();
            }
        }
        long places = statistics.batches() * batchSize;
        return new RunDetails.Resources(
                executors,
                cores,
                counters.cpuNanos().value() / NANOS_PER_SECOND,
                sums.gcSeconds(),
                statistics.batches(),
                places == 0 ? 0 : (double) statistics.batchedImages() / places,
                counters.storageRetries().value(),
                files == 0 ? 0 : sums.bytesWritten(),
                files);
    }

    @Override
    public void close() {
        totals.close();
    }
}
