package io.vitrine.job.plan;

import io.vitrine.ConfigurationException;
import io.vitrine.VitrineException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.WeightChecks;
import io.vitrine.graph.HeadMask;
import io.vitrine.graph.ModelOutputs;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OnnxModel;
import io.vitrine.graph.OutputType;
import io.vitrine.hub.CheckpointFetcher;
import io.vitrine.hub.HubToken;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.MemoryFootprint;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.request.HeadMaskParser;
import io.vitrine.job.request.ModelRequest;
import io.vitrine.job.rows.FeatureColumns;
import io.vitrine.job.rows.FeatureSchema;
import io.vitrine.job.rows.LabelColumn;
import io.vitrine.job.task.ModelSpec;
import io.vitrine.model.ModelPlan;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructField;

/**
 * A checkpoint and the features that are wanted of it, without images, an output or a device.
 *
 * @param location of the checkpoint, as any process on any host can read it; on the Hub, with the commit
 * @param columns names of the feature columns
 * @param outputs names of the graph's outputs: those that the columns need, and those that are only compared with labels
 * @param graph gives the outputs
 */
public record FeaturePlan(
        String location,
        ModelRequest request,
        FeatureRequest features,
        ModelPlan model,
        List<String> columns,
        List<String> outputs,
        HeadMask headMask,
        OnnxModel graph,
        String fingerprint) {

    /** The columns of which {@link #ofVector} takes the first that a checkpoint has. */
    private static final List<String> VECTORS = List.of("image_embeds", "pooler_output", "cls");

    /**
     * Fetches the checkpoint, reads it and checks its weights.
     *
     * @param labelColumn labels to compare the classifier's answers with
     * @throws VitrineException if the checkpoint can't be read, is damaged, or gives no such features
     */
    public static FeaturePlan of(
            ModelRequest request, FeatureRequest features, Optional<String> labelColumn, Configuration hadoop) {
        return of(request, features, labelColumn, hadoop, checkpoint -> FeatureColumns.chosen(features, checkpoint));
    }

    /** {@link #of}, with one vector per image, {@code image_embeds}, {@code pooler_output} or {@code cls}, if no columns are named. */
    public static FeaturePlan ofVector(ModelRequest request, FeatureRequest features, Configuration hadoop) {
        return of(request, features, Optional.empty(), hadoop, checkpoint -> {
            List<String> available = FeatureColumns.available(checkpoint);
            return features.columns().isEmpty()
                    ? VECTORS.stream().filter(available::contains).limit(1).toList()
                    : features.columns();
        });
    }

    private static FeaturePlan of(
            ModelRequest request,
            FeatureRequest features,
            Optional<String> labelColumn,
            Configuration hadoop,
            Function<Checkpoint, List<String>> choice) {
        CheckpointFetcher.Local local = CheckpointFetcher.fetch(request.location(), request.cache(), hadoop);
        String fingerprint = Fingerprint.of(local.folder()); // before its files are read
        ModelPlan model = ModelPlan.of(local.folder(), request.imageSize());
        List<String> columns = choice.apply(model.checkpoint());
        Set<String> outputs = new LinkedHashSet<>(FeatureColumns.outputs(columns, model.checkpoint()));
        if (labelColumn.isPresent()) {
            requireClassifier(model.checkpoint());
            outputs.add(LabelColumn.LOGITS);
        }
        HeadMask headMask = features.headMask()
                .map(text -> HeadMaskParser.parse(text, model.checkpoint().config()))
                .orElse(HeadMask.NONE);
        // Printing the graph finds missing and misshapen weights; the weights' values are checked as well.
        OnnxModel graph = OnnxModel.print(
                model.request(List.copyOf(outputs)).withHeadMask(headMask).withMatrixType(matrixType(features)));
        WeightChecks.requireFinite(graph.weights().values());
        return new FeaturePlan(
                local.location(),
                request,
                features,
                model,
                columns,
                List.copyOf(outputs),
                headMask,
                graph,
                fingerprint);
    }

    private static void requireClassifier(Checkpoint checkpoint) {
        if (!ModelOutputs.available(checkpoint).contains(LabelColumn.LOGITS)) {
            throw new ConfigurationException(
                    "--label-column compares a classifier's answers with labels, but the weights of "
                            + checkpoint.folder()
                            + " hold no classifier. Leave it out, or give a checkpoint that was fine-tuned as"
                            + " one. To train a classifier on the features, use jobs/probe.");
        }
    }

    /**
     * The column of labels.
     *
     * @param carried columns that pass through
     * @throws ConfigurationException if there is no such column, or its labels can't be compared with the checkpoint's answers
     */
    LabelColumn labels(String name, List<StructField> carried) {
        int classes = graph.outputs().stream()
                .filter(output -> output.name().equals(LabelColumn.LOGITS))
                .findFirst()
                .orElseThrow()
                .elements();
        return LabelColumn.of(name, carried, model.checkpoint(), classes);
    }

    private static OutputType matrixType(FeatureRequest features) {
        return features.encoding().isHalf() ? OutputType.FLOAT16 : OutputType.FLOAT32;
    }

    /** Whether the checkpoint's files are still those that were read. */
    public boolean isCurrent() {
        return fingerprint.equals(Fingerprint.of(model.checkpoint().folder()));
    }

    /**
     * The columns of rows with these features.
     *
     * @param carried columns that pass through
     */
    public FeatureSchema schema(List<StructField> carried) {
        return new FeatureSchema(carried, FeatureColumns.of(columns, model.checkpoint(), graph.outputs(), features));
    }

    /**
     * What executors load.
     *
     * @param threads per model call
     */
    public ModelSpec spec(ComputePlan compute, int threads) {
        return new ModelSpec(
                location,
                request.cache().toString(),
                fingerprint,
                model.imageSize(),
                outputs,
                matrixType(features),
                headMask,
                compute,
                threads,
                HubToken.forExecutors(location, System.getenv()));
    }

    /** The memory of the model under {@code compute}. */
    public MemoryFootprint footprint(ComputePlan compute) {
        return new MemoryFootprint(
                model.checkpoint().config(),
                graph.signature(),
                model.checkpoint().weights().parameters(),
                compute);
    }

    /**
     * The pixels or one output of a batch are one buffer, of at most 2 GiB.
     *
     * @throws ConfigurationException if a batch of {@code batchSize} images needs a larger one
     */
    public void requireBatchFits(int batchSize) {
        long largest = graph.signature().imageBytes();
        for (ModelSignature.Output output : graph.outputs()) {
            largest = Math.max(largest, output.bytes());
        }
        if (largest * batchSize > Integer.MAX_VALUE) {
            throw new ConfigurationException("--batch-size " + batchSize + " needs buffers of " + largest * batchSize
                    + " bytes; it can be at most " + Integer.MAX_VALUE / largest + ".");
        }
    }
}
