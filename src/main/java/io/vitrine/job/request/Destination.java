package io.vitrine.job.request;

import io.vitrine.table.OutputFormat;

/** Where a run's rows go. */
public record Destination(String folder, OutputFormat format) {

    /** Parquet files. */
    public static Destination of(String folder) {
        return new Destination(folder, OutputFormat.parquet);
    }
}
