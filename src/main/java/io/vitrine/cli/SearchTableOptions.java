package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.index.SearchMode;
import io.vitrine.search.batch.BatchRequest;
import io.vitrine.vectors.ResultFolder.Existing;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Queries that are a table, answered by a Spark job. */
@Section("A table of queries")
final class SearchTableOptions {
    @Option(
            names = "--queries",
            paramLabel = "TABLE",
            description = {
                "Answer a whole table as a Spark job: an output of jobs/extract, or Parquet, ORC, CSV or JSON with a column"
                        + " path and perhaps one of vectors (vector, or the index's column). Without vectors, the"
                        + " paths are images of the index. Options of spark-submit apply."
            })
    private String queries;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "With --queries: a folder for the answers, Parquet with query, rank, path, score and label.")
    private String output;

    boolean isGiven() {
        return queries != null || output != null;
    }

    BatchRequest request(String index, int top, SearchMode mode, Existing existing, Path cache) {
        if (queries == null || output == null) {
            throw new ConfigurationException(
                    "--queries and --output belong together: a table of queries, and a folder" + " for their answers.");
        }
        return new BatchRequest(index, queries, top, mode, output, existing, cache.toString());
    }
}
