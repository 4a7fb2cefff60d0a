package io.vitrine.job.plan;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Fingerprint;
import io.vitrine.checkpoint.TensorInfo;
import io.vitrine.checkpoint.VitConfig;
import io.vitrine.graph.ModelSignature;
import io.vitrine.graph.OnnxModel;
import io.vitrine.job.request.FeatureRequest;
import io.vitrine.job.rows.ClassColumn;
import io.vitrine.job.rows.FeatureColumns;
import io.vitrine.model.ModelPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a checkpoint is and which features it gives, for a person ({@link #toString}) and, as JSON, for a machine. In the JSON
 * the groups are flat.
 *
 * @param pooler where {@code pooler_output} comes from, as text
 * @param columns what {@code --columns} accepts
 * @param unread tensors of the weights that no output reads
 */
public record Inspection(
        @JsonUnwrapped Source source,
        @JsonUnwrapped WeightSummary weights,
        @JsonUnwrapped Encoder encoder,
        @JsonUnwrapped Input input,
        String pooler,
        @JsonUnwrapped Classifier classifier,
        String preprocessing,
        List<Column> columns,
        List<String> unread) {

    /** Which checkpoint it is. */
    public record Source(String location, String modelType, String fingerprint) {}

    /** The weights. */
    public record WeightSummary(long parameters, int tensors, long bytes, List<String> dtypes) {}

    /** The transformer's sizes. */
    public record Encoder(int layers, int hiddenSize, int heads, int intermediateSize, String hiddenAct) {}

    /**
     * Images and tokens.
     *
     * @param imageSize the size the checkpoint was trained on, in pixels
     * @param inputSize the size of images that reach the model, in pixels
     * @param tokens per image, class, distillation and register tokens included
     * @param prefixTokens tokens before the patches
     */
    public record Input(String imageSize, String patchSize, String inputSize, int tokens, int prefixTokens) {}

    /** The classifier's head; 0 classes where there is none. */
    public record Classifier(int classes, List<String> labels) {}

    /**
     * One column.
     *
     * @param shape of one image's value
     * @param bytes of one image's value in float32
     */
    public record Column(String name, List<Integer> shape, long bytes) {}

    /** Inspects {@code plan}. */
    public static Inspection of(String location, ModelPlan plan) {
        Checkpoint checkpoint = plan.checkpoint();
        VitConfig config = checkpoint.config();
        List<Column> columns = columns(plan);
        return new Inspection(
                new Source(location, config.family().modelType(), Fingerprint.of(checkpoint.folder())),
                weights(checkpoint),
                new Encoder(
                        config.layers(),
                        config.hiddenSize(),
                        config.heads(),
                        config.intermediateSize(),
                        config.hiddenAct().name().toLowerCase(Locale.ROOT)),
                input(plan, columns),
                checkpoint.describePooler(),
                new Classifier(classes(checkpoint), config.labels()),
                plan.preprocessing().toString(),
                columns,
                OnnxModel.unusedTensors(checkpoint));
    }

    private static WeightSummary weights(Checkpoint checkpoint) {
        List<TensorInfo> tensors = checkpoint.weights().tensorNames().stream()
                .map(name -> checkpoint.weights().tensor(name).orElseThrow())
                .toList();
        return new WeightSummary(
                checkpoint.weights().parameters(),
                tensors.size(),
                tensors.stream().mapToLong(TensorInfo::length).sum(),
                List.copyOf(tensors.stream()
                        .map(tensor -> tensor.dtype().name())
                        .collect(Collectors.toCollection(TreeSet::new))));
    }

    private static Input input(ModelPlan plan, List<Column> columns) {
        VitConfig config = plan.checkpoint().config();
        int tokens = columns.stream()
                .filter(column -> column.name().equals("last_hidden_state"))
                .mapToInt(column -> column.shape().get(0))
                .sum();
        int patches = config.grid(plan.imageSize()).height()
                * config.grid(plan.imageSize()).width();
        return new Input(
                config.imageSize().toString(),
                config.patchSize().toString(),
                plan.imageSize().toString(),
                tokens,
                tokens - patches);
    }

    private static List<Column> columns(ModelPlan plan) {
        Checkpoint checkpoint = plan.checkpoint();
        List<String> names = FeatureColumns.available(checkpoint);
        List<ModelSignature.Output> outputs =
                plan.onnxModel(FeatureColumns.outputs(names, checkpoint)).outputs();
        List<Column> columns = new ArrayList<>();
        for (String name : names) {
            List<String> parts = FeatureColumns.outputs(List.of(name), checkpoint);
            List<ModelSignature.Output> made = outputs.stream()
                    .filter(output -> parts.contains(output.name()))
                    .toList();
            if (ClassColumn.Kind.isName(name)) {
                columns.add(classColumn(name, checkpoint));
                continue;
            }
            List<Integer> shape = new ArrayList<>(made.get(0).shape());
            if (parts.size() > 1) {
                shape.add(0, parts.size());
            }
            columns.add(new Column(name, shape, 4L * made.get(0).elements() * parts.size()));
        }
        return columns;
    }

    /** A label counts with the mean length of all labels. */
    private static Column classColumn(String name, Checkpoint checkpoint) {
        int k = Math.min(FeatureRequest.DEFAULT_TOP_K, classes(checkpoint));
        long label = Math.round(checkpoint.config().labels().stream()
                .mapToInt(String::length)
                .average()
                .orElse("LABEL_0".length()));
        return switch (name) {
            case "label" -> new Column(name, List.of(), label);
            case "label_score" -> new Column(name, List.of(), 4);
            default -> new Column(name, List.of(k), k * (label + 4));
        };
    }

    private static int classes(Checkpoint checkpoint) {
        if (checkpoint.hasTeacherHeads()) {
            return checkpoint.classCount("distillation_classifier");
        }
        return checkpoint.hasHead() ? checkpoint.classCount("classifier") : 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        lines().forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value)));
        text.append(String.format(Locale.ROOT, "%n%-20s %-22s %s%n", "column", "shape", "bytes per image (float32)"));
        columns.forEach(column -> text.append(
                String.format(Locale.ROOT, "%-20s %-22s %,d%n", column.name(), column.shape(), column.bytes())));
        text.append("hidden_states.N, attentions.N: single layers\n");
        if (!unread.isEmpty()) {
            text.append("note: no output reads ")
                    .append(String.join(", ", unread))
                    .append('\n');
        }
        return text.toString();
    }

    private Map<String, String> lines() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("model", source.location);
        lines.put("family", source.modelType);
        lines.put("fingerprint", source.fingerprint);
        lines.put(
                "weights",
                String.format(
                        Locale.ROOT,
                        "%,d parameters in %,d tensors, %s, %,d bytes",
                        weights.parameters,
                        weights.tensors,
                        String.join(" and ", weights.dtypes),
                        weights.bytes));
        lines.put(
                "sizes",
                encoder.layers + " layers, hidden size " + encoder.hiddenSize + ", " + encoder.heads + " heads of "
                        + encoder.hiddenSize / encoder.heads + ", MLP " + encoder.intermediateSize + " with "
                        + encoder.hiddenAct);
        String resized = input.inputSize.equals(input.imageSize)
                ? ""
                : "; trained on " + input.imageSize + ", positions interpolated";
        lines.put("image", input.inputSize + " pixels in patches of " + input.patchSize + resized);
        lines.put("tokens", input.tokens + ", of which " + input.prefixTokens + " before the patches");
        lines.put("pooler", pooler);
        lines.put("labels", classifier.classes == 0 ? "none: no classifier" : classifier.classes + firstLabels());
        lines.put("preprocessing", preprocessing);
        return lines;
    }

    private String firstLabels() {
        List<String> labels = classifier.labels;
        return labels.isEmpty()
                ? ""
                : ": " + String.join(", ", labels.subList(0, Math.min(3, labels.size()))) + ", ...";
    }
}
