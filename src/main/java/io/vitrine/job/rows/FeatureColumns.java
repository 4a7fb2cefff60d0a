package io.vitrine.job.rows;

import io.vitrine.ConfigurationException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ScoreFunction;
import io.vitrine.graph.ModelOutputs;
import io.vitrine.graph.ModelSignature;
import io.vitrine.job.request.FeatureRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Maps the names in {@code --columns} to the model outputs they need, and to columns. */
public final class FeatureColumns {
    private static final String ALL_STATES = "hidden_states";
    private static final String ALL_WEIGHTS = "attentions";
    private static final String LOGITS = "logits";
    private static final Set<String> VECTORS = Set.of("pooler_output", "image_embeds", "cls", "mean");

    private FeatureColumns() {}

    /** The names of all columns that {@code checkpoint} can give, except those of single layers. */
    public static List<String> available(Checkpoint checkpoint) {
        List<String> names = new ArrayList<>(ModelOutputs.summaryOutputs(checkpoint));
        names.addAll(List.of(ALL_STATES, ALL_WEIGHTS));
        if (names.contains(LOGITS)) {
            Arrays.stream(ClassColumn.Kind.values())
                    .map(ClassColumn.Kind::column)
                    .forEach(names::add);
        }
        return names;
    }

    /** The names that a run writes: the requested ones, or the default ones that the checkpoint has. */
    public static List<String> chosen(FeatureRequest request, Checkpoint checkpoint) {
        if (!request.columns().isEmpty()) {
            return request.columns();
        }
        Set<String> existing = ModelOutputs.summaryOutputs(checkpoint);
        return FeatureRequest.DEFAULT_COLUMNS.stream()
                .filter(existing::contains)
                .toList();
    }

    /** The model outputs that {@code columns} need. */
    public static List<String> outputs(List<String> columns, Checkpoint checkpoint) {
        Set<String> outputs = new LinkedHashSet<>();
        columns.forEach(column -> outputs.addAll(parts(column, checkpoint)));
        return List.copyOf(outputs);
    }

    private static List<String> parts(String column, Checkpoint checkpoint) {
        int layers = checkpoint.config().layers();
        return switch (column) {
            case ALL_STATES -> numbered(column, layers + 1);
            case ALL_WEIGHTS -> numbered(column, layers);
            default -> List.of(kind(column).isPresent() ? LOGITS : column);
        };
    }

    private static List<String> numbered(String name, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(name + "." + i);
        }
        return names;
    }

    private static Optional<ClassColumn.Kind> kind(String column) {
        return Arrays.stream(ClassColumn.Kind.values())
                .filter(kind -> kind.column().equals(column))
                .findFirst();
    }

    /**
     * The columns of {@code names}, in this order.
     *
     * @param outputs at least those of {@link #outputs}
     * @throws ConfigurationException if there is no vector to normalize, or a row would be too large
     */
    public static List<FeatureColumn> of(
            List<String> names, Checkpoint checkpoint, List<ModelSignature.Output> outputs, FeatureRequest request) {
        if (request.norm() != FeatureRequest.Norm.NONE && names.stream().noneMatch(VECTORS::contains)) {
            throw new ConfigurationException(
                    "--normalize is for vectors (pooler_output, image_embeds, cls, mean), but the columns are "
                            + String.join(", ", names) + ". Leave it out, or add one of these.");
        }
        List<FeatureColumn> columns = new ArrayList<>();
        for (String name : names) {
            List<String> needed = parts(name, checkpoint);
            List<ModelSignature.Output> parts = needed.stream()
                    .map(part -> outputs.stream()
                            .filter(output -> output.name().equals(part))
                            .findFirst()
                            .orElseThrow())
                    .toList();
            columns.add(column(name, parts, checkpoint, request));
        }
        return columns;
    }

    private static FeatureColumn column(
            String name, List<ModelSignature.Output> parts, Checkpoint checkpoint, FeatureRequest request) {
        Optional<ClassColumn.Kind> kind = kind(name);
        if (kind.isPresent()) {
            int classes = parts.get(0).elements();
            return new ClassColumn(
                    kind.get(),
                    checkpoint.config().labels(),
                    kind.get() == ClassColumn.Kind.LABEL ? ScoreFunction.NONE : ScoreFunction.of(checkpoint, classes),
                    Math.min(request.topK(), classes));
        }
        if (parts.get(0).shape().size() == 1) {
            return new VectorColumn(parts.get(0), VECTORS.contains(name) ? request.norm() : FeatureRequest.Norm.NONE);
        }
        boolean stacked = name.equals(ALL_STATES) || name.equals(ALL_WEIGHTS);
        return new MatrixColumn(name, parts, stacked, request.encoding());
    }
}
