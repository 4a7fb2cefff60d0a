package io.vitrine.probe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.vitrine.job.spark.JobLabel;
import io.vitrine.report.LabelTally;
import io.vitrine.report.ProbeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Multinomial logistic regression with an L2 penalty. Features are standardised for the penalty: divided by their standard deviation
 * over the training images. Coefficients are for features as they are.
 */
final class ProbeTraining {
    static final String FEATURES = "features";
    static final String LABEL_INDEX = "label_index";
    static final String PREDICTION = "prediction";

    private static final double TOLERANCE = 1e-6; // of the loss, relative

    private final SparkSession spark;
    private final ProbeRequest request;
    private final Consumer<String> progress;

    /**
     * A trained model.
     *
     * @param trials one per penalty that was tried
     */
    record Trained(LogisticRegressionModel model, List<ProbeRecord.Trial> trials) {
        boolean converged(int iterations) {
            return model.summary().totalIterations() < iterations;
        }
    }

    ProbeTraining(SparkSession spark, ProbeRequest request, Consumer<String> progress) {
        this.spark = spark;
        this.request = request;
        this.progress = progress;
    }

    /** @param images of {@link HoldoutSplit} */
    Trained train(Dataset<Row> images) {
        List<ProbeRecord.Trial> trials = new ArrayList<>();
        Dataset<Row> validation = images.where(col(HoldoutSplit.PART).equalTo(HoldoutSplit.VALIDATION));
        if (request.regularization().size() > 1) {
            Dataset<Row> training = images.where(col(HoldoutSplit.PART).equalTo(HoldoutSplit.TRAINING));
            for (double penalty : request.regularization()) {
                ProbeRecord.Trial trial = trial(fit(training, penalty), validation, penalty);
                trials.add(trial);
                progress.accept(String.format(
                        Locale.ROOT,
                        "penalty %s: mean cross entropy %.4f over %,d validation images",
                        ProbeRecord.plain(penalty),
                        trial.meanLoss(),
                        trial.images()));
            }
        }
        double best = best(trials);
        return new Trained(fit(images.where(not(col(HoldoutSplit.PART).equalTo(HoldoutSplit.HELD_OUT))), best), trials);
    }

    /** The penalty of the least loss; of equal ones the largest; the first asked for if no image validates. */
    private double best(List<ProbeRecord.Trial> trials) {
        ProbeRecord.Trial best = null;
        for (ProbeRecord.Trial trial : trials) {
            if (trial.images() > 0
                    && (best == null
                            || trial.meanLoss() < best.meanLoss()
                            || trial.meanLoss() == best.meanLoss() && trial.penalty() > best.penalty())) {
                best = trial;
            }
        }
        return best == null ? request.regularization().get(0) : best.penalty();
    }

    private ProbeRecord.Trial trial(LogisticRegressionModel model, Dataset<Row> validation, double penalty) {
        LabelTally tally = new ProbeOutcomes(spark, validation, model).tally();
        return new ProbeRecord.Trial(
                penalty,
                tally.measured(),
                tally.measured() == 0 ? 0 : (double) tally.top1() / tally.measured(),
                tally.measured() == 0 ? 0 : tally.lossSum() / tally.measured());
    }

    private LogisticRegressionModel fit(Dataset<Row> images, double penalty) {
        try (JobLabel label = JobLabel.describe(spark, "vitrine probe: fit with penalty " + penalty)) {
            return new LogisticRegression()
                    .setFamily("multinomial")
                    .setFeaturesCol(FEATURES)
                    .setLabelCol(LABEL_INDEX)
                    .setPredictionCol(PREDICTION)
                    .setElasticNetParam(0)
                    .setStandardization(true)
                    .setRegParam(penalty)
                    .setMaxIter(request.iterations())
                    .setTol(TOLERANCE)
                    .fit(images.select(
                            functions
                                    .array_to_vector(col(LabelledVectors.VECTOR))
                                    .as(FEATURES),
                            col(LabelledVectors.CLASS).cast("double").as(LABEL_INDEX)));
        }
    }
}
