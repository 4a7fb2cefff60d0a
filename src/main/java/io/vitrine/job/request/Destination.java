package io.vitrine.job.request;

import io.vitrine.LocationSecrets;
import io.vitrine.catalog.StoragePaths;
import io.vitrine.table.OutputFormat;

/** Where a run's rows go. */
public record Destination(String folder, OutputFormat format) {
    public Destination {
        folder = StoragePaths.canonical(LocationSecrets.requireNone("--output", folder));
    }

    /** Parquet files below {@code folder}. */
    public static Destination parquet(String folder) {
        return new Destination(folder, OutputFormat.parquet);
    }
}
