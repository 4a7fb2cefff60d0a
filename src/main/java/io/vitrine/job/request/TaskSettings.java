package io.vitrine.job.request;

/**
 * How the work is cut, and how far a task reads ahead.
 *
 * @param batchSize images a call, or 0 to choose
 * @param fetchAhead objects a task reads ahead
 * @param fetchBytes bytes a task reads ahead
 * @param partitions tasks, or 0 to choose
 */
public record TaskSettings(int batchSize, int fetchAhead, long fetchBytes, int partitions) {
    public static final TaskSettings STANDARD = new TaskSettings(0, 8, 64 << 20, 0);

    public TaskSettings {
        ExtractRequest.atLeast("--batch-size", batchSize, 0);
        ExtractRequest.atLeast("--fetch-ahead", fetchAhead, 1);
        ExtractRequest.atLeast("--fetch-bytes", fetchBytes, 1);
        ExtractRequest.atLeast("--partitions", partitions, 0);
    }
}
