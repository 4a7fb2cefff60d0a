package io.vitrine.probe;

import static org.apache.spark.sql.functions.col;

import io.vitrine.ConfigurationException;
import io.vitrine.OutputConflictException;
import io.vitrine.job.spark.JobLabel;
import io.vitrine.job.spark.SparkFailures;
import io.vitrine.report.LabelScores;
import io.vitrine.report.ProbeRecord;
import io.vitrine.report.Versions;
import io.vitrine.vectors.CurrentVectors;
import io.vitrine.vectors.VectorSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Trains a linear probe on an output's vectors, judges it on held-out images, and saves it as a pipeline.
 *
 * <pre>{@code
 * ProbeRequest request = ProbeRequest.builder("s3a://b/features", "pooler_output", "label", "s3a://b/probe").build();
 * ProbeRecord record = new Probe(spark, request).run(System.out::println);
 * PipelineModel pipeline = PipelineModel.load("s3a://b/probe/pipeline");
 * }</pre>
 */
public final class Probe {
    private static final int MAX_CLASSES_IN_RECORD = 1000;
    private static final int MAX_CONFUSIONS = 1000;
    private static final int MAX_EXAMPLES = 10;

    private final SparkSession spark;
    private final ProbeRequest request;

    public Probe(SparkSession spark, ProbeRequest request) {
        this.spark = spark;
        this.request = request;
    }

    /**
     * Trains and saves.
     *
     * @param progress is told in lines what is done
     * @throws ConfigurationException if there are not two classes, or more than the driver's memory has room for
     * @throws OutputConflictException if the folder holds something that may not be replaced
     */
    public ProbeRecord run(Consumer<String> progress) {
        Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        ProbeFolder folder = new ProbeFolder(spark, request);
        folder.requireFree();
        CurrentVectors vectors = CurrentVectors.open(spark, request.features(), request.column());
        ProbePipeline pipeline = new ProbePipeline(spark, vectors.source(), request);
        try (JobLabel label = JobLabel.describe(spark, "vitrine probe: " + request.output())) {
            return SparkFailures.explain("read the output", request.features(), () -> {
                LabelledVectors labelled = labelled(vectors, progress);
                Dataset<Row> images = HoldoutSplit.of(labelled.rows(), request.holdout(), request.seed())
                        .persist(StorageLevel.MEMORY_AND_DISK());
                try {
                    return run(new Parts(started, vectors, labelled, images, pipeline, folder), progress);
                } finally {
                    images.unpersist();
                }
            });
        }
    }

    /** What a run works with. */
    private record Parts(
            Instant started,
            CurrentVectors vectors,
            LabelledVectors labelled,
            Dataset<Row> images,
            ProbePipeline pipeline,
            ProbeFolder folder) {}

    private LabelledVectors labelled(CurrentVectors vectors, Consumer<String> progress) {
        int most = ProbeMemory.maxClasses(
                vectors.source().dimension(), Runtime.getRuntime().maxMemory());
        LabelledVectors labelled = LabelledVectors.of(spark, vectors, request.labelColumn(), most);
        ProbeRecord.Labels labels = labels(labelled);
        if (labels.withoutLabel() > 0) {
            progress.accept("left out: " + labels.describeWithoutLabel());
        }
        if (labels.singles() > 0) {
            progress.accept("left out: " + labels.describeSingles());
        }
        return labelled;
    }

    private ProbeRecord.Labels labels(LabelledVectors labelled) {
        List<String> singles = labelled.singles();
        return new ProbeRecord.Labels(
                request.labelColumn(),
                labelled.classes().size(),
                labelled.unlabelled(),
                labelled.unlabelledExamples(),
                singles.size(),
                singles.stream().limit(MAX_EXAMPLES).toList());
    }

    private ProbeRecord run(Parts parts, Consumer<String> progress) {
        ProbeRecord.Split split = split(parts.images());
        progress.accept(String.format(
                Locale.ROOT,
                "%,d classes: %,d images train, %,d choose the penalty, %,d are held out",
                parts.labelled().classes().size(),
                split.training(),
                split.validation(),
                split.heldOut()));
        ProbeTraining.Trained trained = new ProbeTraining(spark, request, progress).train(parts.images());
        ProbeRecord record = record(parts, split, trained);
        parts.folder()
                .write(parts.pipeline().of(trained.model(), parts.labelled().classes()), record);
        return record;
    }

    private ProbeRecord.Split split(Dataset<Row> images) {
        Map<String, Long> counts = new TreeMap<>();
        images.groupBy(HoldoutSplit.PART)
                .count()
                .collectAsList()
                .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
        return new ProbeRecord.Split(
                request.holdout(),
                request.seed(),
                counts.getOrDefault(HoldoutSplit.TRAINING, 0L),
                counts.getOrDefault(HoldoutSplit.VALIDATION, 0L),
                counts.getOrDefault(HoldoutSplit.HELD_OUT, 0L));
    }

    private ProbeRecord record(Parts parts, ProbeRecord.Split split, ProbeTraining.Trained trained) {
        List<String> names = parts.labelled().classes();
        VectorSource source = parts.vectors().source();
        List<String> runs = parts.vectors().runs();
        Dataset<Row> heldOut = parts.images().where(col(HoldoutSplit.PART).equalTo(HoldoutSplit.HELD_OUT));
        ProbeOutcomes outcomes = new ProbeOutcomes(spark, heldOut, trained.model());
        return new ProbeRecord(
                parts.started().toString(),
                new ProbeRecord.Features(
                        source.output(),
                        source.column(),
                        source.dimension(),
                        source.model(),
                        source.fingerprint(),
                        runs.get(runs.size() - 1)),
                labels(parts.labelled()),
                split,
                new ProbeRecord.Training(
                        trained.model().getRegParam(),
                        trained.model().getStandardization(),
                        trained.model().summary().totalIterations(),
                        trained.converged(request.iterations()),
                        trained.trials()),
                LabelScores.of(request.labelColumn(), LabelScores.CROSS_ENTROPY, names.size(), outcomes.tally()),
                classes(outcomes, names),
                outcomes.confusions(MAX_CONFUSIONS).stream()
                        .map(pair -> new ProbeRecord.Confusion(
                                names.get(pair.actual()), names.get(pair.predicted()), pair.images()))
                        .toList(),
                Versions.all());
    }

    /** Those told wrong most often first. */
    private static List<ProbeRecord.ClassAccuracy> classes(ProbeOutcomes outcomes, List<String> names) {
        List<ProbeRecord.ClassAccuracy> classes = new ArrayList<>();
        outcomes.byClass()
                .forEach((index, counts) ->
                        classes.add(new ProbeRecord.ClassAccuracy(names.get(index), counts[0], counts[1])));
        classes.sort(
                Comparator.comparingDouble((ProbeRecord.ClassAccuracy each) -> (double) each.right() / each.images())
                        .thenComparing(ProbeRecord.ClassAccuracy::name));
        return classes.stream().limit(MAX_CLASSES_IN_RECORD).toList();
    }
}
