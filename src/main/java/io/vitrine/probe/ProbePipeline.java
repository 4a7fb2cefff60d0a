package io.vitrine.probe;

import io.vitrine.ConfigurationException;
import io.vitrine.Size;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.graph.Precision;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.image.decode.DecodeOptions;
import io.vitrine.image.decode.ExifOrientation;
import io.vitrine.image.decode.JpegScaling;
import io.vitrine.ml.VitFeatureExtractor;
import io.vitrine.model.ModelPlan;
import io.vitrine.vectors.VectorSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * From images to classes: the features of the same checkpoint, made in the same way, then the probe. Images come in the column
 * {@value #CONTENT}, as Spark's {@code binaryFile} source has them; {@value #PREDICTED} is the class.
 */
final class ProbePipeline {
    static final String CONTENT = "content";
    static final String PREDICTED = "predicted_label";

    private static final String STATUS = "status";
    private static final String RAW = "rawPrediction";
    private static final String PROBABILITY = "probability";

    private final SparkSession spark;
    private final VectorSource source;
    private final ProbeRequest request;
    private final VitFeatureExtractor extractor;

    /**
     * Finds the checkpoint of the features.
     *
     * @throws ConfigurationException if it is another one, or its features can't be made again
     */
    ProbePipeline(SparkSession spark, VectorSource source, ProbeRequest request) {
        this.spark = spark;
        this.source = source;
        this.request = request;
        this.extractor = extractor();
    }

    private VitFeatureExtractor extractor() {
        if (!source.headMask().equals(VectorSource.NO_HEAD_MASK)) {
            throw new ConfigurationException("The features were made with a head mask, " + source.headMask()
                    + ", which the pipeline can't have. Train the probe on an output without one.");
        }
        String location = request.model().orElse(source.model());
        CheckpointFetcher.Local local = CheckpointFetcher.fetch(
                location, request.cache(), spark.sessionState().newHadoopConf());
        requireFingerprint(location, Fingerprint.of(local.folder()));
        Preparation preparation = preparation(local);
        DecodeOptions decoding = preparation.decoding();
        VitFeatureExtractor stage = new VitFeatureExtractor()
                .setModel(local.location())
                .setFingerprint(source.fingerprint())
                .setInputCol(CONTENT)
                .setOutputCol(ProbeTraining.FEATURES)
                .setStatusCol(STATUS)
                .setColumns(source.column())
                .setPrecision(precision().name())
                .setNormalize(source.norm().equals("l2"))
                .setExif(decoding.exif() == ExifOrientation.APPLY ? "apply" : "ignore");
        stage.set(stage.jpegDecode(), decoding.jpegScaling() == JpegScaling.EXACT ? "exact" : "fast");
        preparation.imageSize().ifPresent(size -> stage.setImageSize(size.toString()));
        return stage;
    }

    private void requireFingerprint(String location, String here) {
        if (!here.equals(source.fingerprint())) {
            throw new ConfigurationException("The checkpoint " + location + " has the fingerprint " + here
                    + ", the features " + source.fingerprint()
                    + ": they were made by another one. Name it with --model;"
                    + " it was " + source.model() + ".");
        }
    }

    /** How images become the model's input. */
    private record Preparation(Optional<Size> imageSize, DecodeOptions decoding) {}

    /** The image size and options that the job was asked for, found by what its output says of them. */
    private Preparation preparation(CheckpointFetcher.Local local) {
        Size size = Size.parse(source.imageSize());
        for (Optional<Size> asked : List.of(Optional.<Size>empty(), Optional.of(size))) {
            ModelPlan plan;
            try {
                plan = ModelPlan.of(local.folder(), asked);
            } catch (ConfigurationException e) {
                continue; // needs a size
            }
            Optional<DecodeOptions> decoding = plan.decodingOf(source.preprocessing());
            if (plan.imageSize().equals(size) && decoding.isPresent()) {
                return new Preparation(asked, decoding.get());
            }
        }
        throw new ConfigurationException("The images of the features were prepared so: " + source.preprocessing()
                + ". This version can't prepare them so. Use the version of Vitrine that made the features, or make them"
                + " again.");
    }

    private Precision precision() {
        return Arrays.stream(Precision.values())
                .filter(value -> value.numbers().equals(source.precision()))
                .findFirst()
                .orElseThrow(
                        () -> new ConfigurationException(
                                "The features were computed in " + source.precision()
                                        + ", which this version can't. Use the version of Vitrine that made them, or make them again."));
    }

    /** @param classes names by index */
    PipelineModel of(LogisticRegressionModel model, List<String> classes) {
        StringIndexerModel labels = new StringIndexerModel("labels", classes.toArray(String[]::new))
                .setInputCol(request.labelColumn())
                .setOutputCol(ProbeTraining.LABEL_INDEX)
                .setHandleInvalid("keep"); // a class of its own, so that new labels do not end a query
        BlankFailed blank = BlankFailed.of(
                STATUS,
                ProbeTraining.PREDICTION,
                PREDICTED,
                classes,
                List.of(ProbeTraining.FEATURES, RAW, PROBABILITY, ProbeTraining.PREDICTION));
        PipelineStage[] stages = {
            extractor, FillFailed.of(ProbeTraining.FEATURES, source.dimension()), labels, model, blank
        };
        StructType images = new StructType().add(CONTENT, DataTypes.BinaryType);
        return new Pipeline().setStages(stages).fit(spark.createDataFrame(List.of(), images));
    }
}
