package io.vitrine.cli;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark session of one command. It stops with the command, but for one that was there before: programs that call
 * {@code main}, such as Databricks' jobs, go on with theirs.
 */
final class CommandSession implements AutoCloseable {
    private final SparkSession spark;
    private final Owner owner;

    private enum Owner {
        COMMAND,
        CALLER
    }

    private CommandSession(SparkSession spark, Owner owner) {
        this.spark = spark;
        this.owner = owner;
    }

    /** Starts a session with {@code conf}, or takes the one that is there. */
    static CommandSession open(SparkConf conf) {
        Owner owner = isRunning() ? Owner.CALLER : Owner.COMMAND;
        return new CommandSession(SparkSession.builder().config(conf).getOrCreate(), owner);
    }

    private static boolean isRunning() {
        return SparkSession.getDefaultSession().isDefined()
                && !SparkSession.getDefaultSession().get().sparkContext().isStopped();
    }

    SparkSession spark() {
        return spark;
    }

    @Override
    public void close() {
        Signals.ending(); // Spark would stop halfway
        if (owner == Owner.COMMAND) {
            spark.stop();
        }
    }
}
