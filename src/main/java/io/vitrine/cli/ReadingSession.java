package io.vitrine.cli;

import io.vitrine.VitrineException;
import io.vitrine.job.spark.SessionSettings;
import java.io.PrintWriter;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Model.CommandSpec;

/** A Spark session for a command that reads outputs. A signal interrupts the command's thread, so that it ends in order. */
final class ReadingSession {
    private final CommandSpec command;

    ReadingSession(CommandSpec command) {
        this.command = command;
    }

    /** Runs {@code work}, and returns the exit status of the process. */
    int run(Function<SparkSession, ExitCode> work) {
        return run(SessionSettings::completeForReading, work);
    }

    /**
     * {@link #run(Function)} in a session with other settings.
     *
     * @param settings completes those of the command line
     */
    int run(UnaryOperator<SparkConf> settings, Function<SparkSession, ExitCode> work) {
        Signals.interruptThisThread();
        try {
            SparkConf conf = settings.apply(new SparkConf());
            conf.setIfMissing("spark.app.name", "vitrine " + command.name());
            SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
            try {
                return work.apply(spark).status();
            } finally {
                Signals.ending(); // Spark would stop halfway
                spark.stop();
            }
        } catch (RuntimeException e) {
            return Signals.received()
                    .map(signal -> reportInterruption(signal, e))
                    .orElseThrow(() -> e);
        }
    }

    /** A signal explains every failure after it. */
    private int reportInterruption(ExitCode signal, RuntimeException e) {
        PrintWriter err = command.commandLine().getErr();
        err.println("error: "
                + (e instanceof VitrineException
                        ? e.getMessage()
                        : "The command was interrupted; what it has committed stays. Run it again."));
        err.flush();
        return signal.status();
    }
}
