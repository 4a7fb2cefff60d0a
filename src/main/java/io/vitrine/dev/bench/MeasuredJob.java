package io.vitrine.dev.bench;

import io.vitrine.job.Extract;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.report.RunListener;
import io.vitrine.report.RunRecord;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.SparkSession;

/** A whole run and its time. */
record MeasuredJob(RunRecord record, Measurement time) {
    /** Times {@code job}. */
    static MeasuredJob of(Callable<RunRecord> job) throws Exception {
        RunRecord[] record = new RunRecord[1];
        Measurement time = Measurement.of(() -> {
            record[0] = job.call();
            return record[0].total();
        });
        return new MeasuredJob(record[0], time);
    }

    /** Runs {@code request}, timed from the end of its planning. */
    static MeasuredJob afterPlanning(SparkSession spark, ExtractRequest request) {
        AtomicReference<Measurement.Stopwatch> watch = new AtomicReference<>(Measurement.Stopwatch.start());
        RunRecord record = Extract.run(spark, request, new RunListener() {
            @Override
            public void planned(String plan, long images) {
                watch.set(Measurement.Stopwatch.start());
            }
        });
        return new MeasuredJob(record, watch.get().stop(record.total()));
    }
}
