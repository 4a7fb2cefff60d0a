package io.vitrine.cli;

import io.vitrine.compact.CompactListener;
import io.vitrine.compact.CompactRequest;
import io.vitrine.compact.CompactRequest.AddedFrom;
import io.vitrine.compact.CompactRequest.Unmatched;
import io.vitrine.compact.Compaction;
import io.vitrine.job.request.Destination;
import io.vitrine.job.spark.SessionSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code compact}: the current rows of many runs as one run with few files. */
@Command(
        name = "compact",
        customSynopsis = "jobs/compact --output OUTPUT [OPTIONS]",
        description = {
            "Rewrites the current rows of an output's runs into few files, and drops rows that do not count. Readers see the"
                    + " same current rows before and after.",
            "For outputs of Parquet files. Delta's OPTIMIZE and Iceberg's rewrite_data_files do this for tables."
        },
        mixinStandardHelpOptions = true)
@Section("Compaction")
final class CompactCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(
            names = "--output",
            paramLabel = "OUTPUT",
            required = true,
            description = "An output of jobs/extract, of Parquet files. No other run may write to it meanwhile.")
    private String output;

    @Option(
            names = "--target-file-size",
            paramLabel = "SIZE",
            defaultValue = "512MiB",
            converter = ByteSizeConverter.class,
            description = "Write files of about this size. Runs whose files are half as large stay as they are.")
    private long targetFileBytes;

    @Option(
            names = "--keep-hours",
            paramLabel = "N",
            description =
                    "Keep the replaced files for N hours (24), for readers that have begun; a later run removes them. 0"
                            + " removes them at once, also those of earlier compactions.")
    private Integer keepHours;

    @Option(
            names = "--add-columns-from",
            paramLabel = "OTHER",
            description = "Add the columns of another output of the same images, checkpoint and preprocessing.")
    private String addedFrom;

    @Option(
            names = "--leave-out-unmatched",
            description =
                    "With --add-columns-from: leave out ok rows whose image the other output lacks, or has in another"
                            + " version. The next jobs/extract does these images again, with all columns.")
    private boolean leaveOutUnmatched;

    @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        if (leaveOutUnmatched && addedFrom == null) {
            throw new ParameterException(
                    command.commandLine(),
                    "--leave-out-unmatched goes with --add-columns-from: without it every row is matched");
        }
        CompactRequest request = new CompactRequest(
                output,
                targetFileBytes,
                Optional.ofNullable(keepHours).map(Duration::ofHours),
                Optional.ofNullable(addedFrom)
                        .map(from -> new AddedFrom(from, leaveOutUnmatched ? Unmatched.LEAVE_OUT : Unmatched.REFUSE)));
        Destination destination = Destination.parquet(output);
        return new ReadingSession(command)
                .run(conf -> SessionSettings.completeForRewriting(conf, destination), spark -> compact(spark, request));
    }

    private ExitCode compact(SparkSession spark, CompactRequest request) {
        PrintWriter out = command.commandLine().getOut();
        Compaction compaction = new Compaction(spark, request);
        if (dryRun) {
            out.println(compaction.describe());
            out.flush();
            return ExitCode.SUCCESS;
        }
        CompactListener listener = plan -> {
            out.println(plan);
            out.flush();
        };
        Compaction.Result result = compaction.run(listener);
        result.run()
                .ifPresent(run -> out.printf(
                        Locale.ROOT,
                        "%s: %,d rows in %,d files, in place of %,d runs%n",
                        run,
                        result.rows(),
                        result.files(),
                        result.replaced().size()));
        if (!result.removed().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "Removed the files of %,d replaced runs%n",
                    result.removed().size());
        }
        result.warnings().forEach(warning -> out.println("warning: " + warning));
        out.flush();
        return ExitCode.SUCCESS;
    }
}
