package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.job.Extract;
import io.vitrine.job.request.ExtractRequest;
import io.vitrine.report.Progress;
import io.vitrine.report.RunPhase;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code extract}: images to features. */
@Command(
        name = "extract",
        customSynopsis = "jobs/extract --input PATH --model MODEL --output FOLDER [OPTIONS]",
        description = {
            "Runs a Vision Transformer on images and writes its features: one row per image.",
            "Options of spark-submit (--master, --conf, --executor-memory, ...) apply too."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  jobs/extract --input photos --output features \\",
            "    --model google/vit-base-patch16-224-in21k",
            "  jobs/extract --input s3a://bucket/photos --output s3a://bucket/features \\",
            "    --model facebook/dinov2-base --columns cls --master yarn",
            "  jobs/extract --input-list photos.parquet --output features \\",
            "    --model models/vit --retry-failed --dry-run"
        })
final class ExtractCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private InputOptions input;

    @Mixin
    private ImageOptions images;

    @Mixin
    private ModelOptions model;

    @Mixin
    private ComputeOptions compute;

    @Mixin
    private OutputOptions output;

    @Mixin
    private RerunOptions rerun;

    @Mixin
    private SpeedOptions speed;

    @Mixin
    private DeviceOptions device;

    @Mixin
    @SuppressWarnings("unused") // picocli reads it
    private HelpOptions help;

    @Override
    public Integer call() throws Exception {
        ExtractRequest request = request();
        Signals.interruptThisThread();
        try {
            return run(request).status();
        } catch (Exception e) { // Spark's start throws checked exceptions that Scala does not declare
            return Signals.received()
                    .map(signal -> reportInterruption(signal, e))
                    .orElseThrow(() -> e);
        }
    }

    /** A signal explains every failure after it. */
    private int reportInterruption(ExitCode signal, Exception e) {
        PrintWriter err = command.commandLine().getErr();
        err.println("error: "
                + (e instanceof VitrineException
                        ? e.getMessage()
                        : "The run was interrupted. Run the same command again to go on."));
        err.flush();
        return signal.status();
    }

    private ExitCode run(ExtractRequest request) {
        PrintWriter out = command.commandLine().getOut();
        try (Progress progress = Progress.onStandardError(out)) {
            progress.phase(RunPhase.STARTING_SPARK);
            SparkConf conf = new SparkConf();
            ExtractRequest configured = Extract.configure(conf, request);
            SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
            try {
                return run(spark, configured, progress);
            } finally {
                Signals.ending(); // Spark would stop halfway
                spark.stop();
            }
        }
    }

    private ExitCode run(SparkSession spark, ExtractRequest request, Progress progress) {
        if (rerun.isDryRun()) {
            new StandardOutput(command).print(Extract.describe(spark, request, progress));
            return ExitCode.SUCCESS;
        }
        Extract.run(spark, request, progress);
        return ExitCode.SUCCESS;
    }

    private ExtractRequest request() {
        try {
            return ExtractRequest.builder()
                    .input(input.request())
                    .model(model.request(compute))
                    .output(output.destination())
                    .features(output.features())
                    .report(output.report())
                    .images(images.request(speed.jpegScaling()))
                    .tasks(speed.settings())
                    .rerun(rerun.policy())
                    .maxFailures(rerun.maxFailures())
                    .gpus(device.options())
                    .web(input.web())
                    .labelColumn(input.labelColumn())
                    .build();
        } catch (ConfigurationException e) { // only options have been looked at so far
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
