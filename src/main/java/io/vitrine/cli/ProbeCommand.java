package io.vitrine.cli;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.ModelFileCache;
import io.vitrine.probe.Probe;
import io.vitrine.probe.ProbeRequest;
import io.vitrine.probe.ProbeRequest.Existing;
import io.vitrine.report.ProbeRecord;
import io.vitrine.report.page.ProbePage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code probe}: a linear classifier on features. */
@Command(
        name = "probe",
        customSynopsis = {
            "jobs/probe --features OUTPUT --column NAME --label-column NAME",
            "  --output FOLDER [OPTIONS]"
        },
        description = {
            "Trains logistic regression on an output's vectors, judges it on held-out images, and saves it as a pipeline of"
                    + " Spark ML that takes images.",
            "Options of spark-submit (--master, --conf, --driver-memory, ...) apply too."
        },
        mixinStandardHelpOptions = true)
@Section("Probe")
final class ProbeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private FeaturesOptions features;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            required = true,
            description = "A column that the output carries from its list or table, with each image's class: texts or"
                    + " numbers. Images without a label and classes of one image are left out, and counted.")
    private String labelColumn;

    @Option(
            names = "--output",
            paramLabel = "FOLDER",
            required = true,
            description = "A folder for the probe, on any file system: pipeline, report.html and probe.json.")
    private String output;

    @Option(names = "--overwrite", description = "Replace an earlier probe in FOLDER.")
    private boolean overwrite;

    @Option(
            names = "--holdout",
            paramLabel = "SHARE",
            defaultValue = "" + ProbeRequest.DEFAULT_HOLDOUT,
            description =
                    "The share of each class's images that is held out to judge. A hash of the path chooses them.")
    private double holdout;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Another seed holds other images out.")
    private long seed;

    @Option(
            names = "--regularization",
            paramLabel = "PENALTY",
            split = ",",
            defaultValue = "0.0001,0.001,0.01,0.1",
            description =
                    "L2 penalties to try, on standardised features. A part of the training images, as large a share"
                            + " as --holdout, chooses one.")
    private List<Double> regularization;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "" + ProbeRequest.DEFAULT_ITERATIONS,
            description = "Stop the optimizer after N iterations.")
    private int iterations;

    @Option(names = "--html", paramLabel = "FILE", description = "Write report.html to this local file too.")
    private Path html;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "Where the features' checkpoint is, if it is no longer where they were made with it. The pipeline"
                            + " takes it from there.")
    private String model;

    @Option(
            names = "--model-cache",
            paramLabel = "FOLDER",
            description = "Where this host keeps conversions, and copies of checkpoints on shared storage."
                    + " Default: vitrine-models-USER in the temporary folder of the JVM.")
    private Path cache = ModelFileCache.DEFAULT;

    @Override
    public Integer call() {
        ProbeRequest request = ProbeRequest.builder(features.features(), features.column(), labelColumn, output)
                .existing(overwrite ? Existing.OVERWRITE : Existing.REFUSE)
                .holdout(holdout)
                .seed(seed)
                .regularization(regularization)
                .iterations(iterations)
                .model(Optional.ofNullable(model))
                .cache(cache)
                .build();
        return new ReadingSession(command).run(spark -> train(spark, request));
    }

    private ExitCode train(SparkSession spark, ProbeRequest request) {
        PrintWriter out = command.commandLine().getOut();
        ProbeRecord record = new Probe(spark, request).run(line -> {
            out.println(line);
            out.flush();
        });
        if (!record.training().converged()) {
            out.println("stopped after " + record.training().iterations()
                    + " iterations, before the optimizer converged; give more --iterations");
        }
        out.println("held out: " + record.heldOut().figures() + "; penalty "
                + ProbeRecord.plain(record.training().penalty()));
        out.println("pipeline, report.html and probe.json in " + output);
        out.flush();
        writePage(record);
        return ExitCode.SUCCESS;
    }

    private void writePage(ProbeRecord record) {
        if (html != null) {
            try {
                Files.writeString(html, ProbePage.of(record));
            } catch (IOException e) {
                throw new ConfigurationException(
                        "Cannot write --html " + html + ": " + e + ". The same page is report.html in " + output + ".",
                        e);
            }
        }
    }
}
