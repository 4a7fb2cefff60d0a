package io.vitrine.job;

/**
 * How the work is cut, and how far a task reads ahead.
 *
 * @param batchSize images a call, or 0 to choose
 * @param fetchAhead objects a task reads ahead
 * @param fetchBytes bytes a task reads ahead
 * @param partitions tasks, or 0 to choose
 */
public record Pace(int batchSize, int fetchAhead, long fetchBytes, int partitions) {
    public static final Pace STANDARD = new Pace(0, 8, 64 << 20, 0);

    public Pace {
        JobConfig.atLeast("--batch-size", batchSize, 0);
        JobConfig.atLeast("--fetch-ahead", fetchAhead, 1);
        JobConfig.atLeast("--fetch-bytes", fetchBytes, 1);
        JobConfig.atLeast("--partitions", partitions, 0);
    }
}
