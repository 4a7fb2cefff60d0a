package io.vitrine.dev.bench;

import io.vitrine.report.RunRecord;
import java.util.concurrent.Callable;

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
}
