package io.vitrine.job.plan;

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
 * What a checkpoint is and what it gives, for a person ({@link #toString}) and, field by field, for a machine.
 *
 * @param tokens of one image, class, distillation and register tokens included
 * @param prefixTokens those that are no patches
 * @param pooler where {@code pooler_output} comes from, in words
 * @param columns what {@code --columns} may name
 * @param unread tensors of the weights that nothing reads
 */
public record Inspection(
        String location,
        String modelType,
        String fingerprint,
        long parameters,
        int tensors,
        long bytes,
        List<String> dtypes,
        int layers,
        int hiddenSize,
        int heads,
        int intermediateSize,
        String hiddenAct,
        String imageSize,
        String patchSize,
        String inputSize,
        int tokens,
        int prefixTokens,
        String pooler,
        int classes,
        List<String> labels,
        String preprocessing,
        List<Column> columns,
        List<String> unread) {

    /**
     * @param shape of one image's value
     * @param bytes of one image's value in float32
     */
    public record Column(String name, List<Integer> shape, long bytes) {}

    /** Inspects {@code plan}. */
    public static Inspection of(String location, ModelPlan plan) {
        Checkpoint checkpoint = plan.checkpoint();
        VitConfig config = checkpoint.config();
        List<TensorInfo> tensors = checkpoint.weights().names().stream()
                .map(name -> checkpoint.weights().find(name).orElseThrow())
                .toList();
        List<Column> columns = columns(plan);
        int tokens = columns.stream()
                .filter(column -> column.name().equals("last_hidden_state"))
                .mapToInt(column -> column.shape().get(0))
                .sum();
        int patches = config.grid(plan.imageSize()).height()
                * config.grid(plan.imageSize()).width();
        return new Inspection(
                location,
                config.family().modelType(),
                Fingerprint.of(checkpoint.folder()),
                checkpoint.weights().parameters(),
                tensors.size(),
                tensors.stream().mapToLong(TensorInfo::length).sum(),
                List.copyOf(tensors.stream()
                        .map(tensor -> tensor.dtype().name())
                        .collect(Collectors.toCollection(TreeSet::new))),
                config.layers(),
                config.hiddenSize(),
                config.heads(),
                config.intermediateSize(),
                config.hiddenAct().name().toLowerCase(Locale.ROOT),
                config.imageSize().toString(),
                config.patchSize().toString(),
                plan.imageSize().toString(),
                tokens,
                tokens - patches,
                checkpoint.poolerInWords(),
                classes(checkpoint),
                config.labels(),
                plan.preprocessing().toString(),
                columns,
                OnnxModel.unusedTensors(checkpoint));
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

    /** A label counts with the length of the mean one. */
    private static Column classColumn(String name, Checkpoint checkpoint) {
        int k = Math.min(FeatureRequest.TOP_K, classes(checkpoint));
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
            return checkpoint.classes("cls_classifier");
        }
        return checkpoint.hasHead() ? checkpoint.classes("classifier") : 0;
    }

    @Override
    public String toString() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("model", location);
        lines.put("family", modelType);
        lines.put("fingerprint", fingerprint);
        lines.put(
                "weights",
                String.format(
                        Locale.ROOT,
                        "%,d parameters in %,d tensors, %s, %,d bytes",
                        parameters,
                        tensors,
                        String.join(" and ", dtypes),
                        bytes));
        lines.put(
                "sizes",
                layers + " layers, hidden size " + hiddenSize + ", " + heads + " heads of " + hiddenSize / heads
                        + ", MLP " + intermediateSize + " with " + hiddenAct);
        lines.put(
                "image",
                inputSize + " pixels in patches of " + patchSize
                        + (inputSize.equals(imageSize)
                                ? ""
                                : "; trained on " + imageSize + ", positions interpolated"));
        lines.put("tokens", tokens + ", of which " + prefixTokens + " before the patches");
        lines.put("pooler", pooler);
        lines.put("labels", classes == 0 ? "none: no classifier" : classes + labelsInBrief());
        lines.put("preprocessing", preprocessing);
        StringBuilder text = new StringBuilder();
        lines.forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-14s %s%n", name, value)));
        text.append(String.format(Locale.ROOT, "%n%-20s %-22s %s%n", "column", "shape", "bytes an image (float32)"));
        columns.forEach(column -> text.append(
                String.format(Locale.ROOT, "%-20s %-22s %,d%n", column.name(), column.shape(), column.bytes())));
        text.append("hidden_states.N, attentions.N: single layers\n");
        if (!unread.isEmpty()) {
            text.append("note: nothing reads ")
                    .append(String.join(", ", unread))
                    .append('\n');
        }
        return text.toString();
    }

    private String labelsInBrief() {
        return labels.isEmpty()
                ? ""
                : ": " + String.join(", ", labels.subList(0, Math.min(3, labels.size()))) + ", ...";
    }
}
