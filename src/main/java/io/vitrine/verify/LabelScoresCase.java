package io.vitrine.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ImageRejectedException;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.ScoreFunction;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A case of kind {@code label_scores}: the labels of a classifier, and the scores that its logits become. */
final class LabelScoresCase implements OracleCase.Check {
    private static final double TOLERANCE = 1e-5; // of scores from 0 to 1

    private final Path folder;
    private final JsonNode node;
    private final OracleImages prepared;

    LabelScoresCase(Path folder, JsonNode node, OracleImages prepared) {
        this.folder = folder;
        this.prepared = prepared;
        this.node = node;
    }

    @Override
    public OracleCase.Finding find() throws IOException, ImageRejectedException {
        Checkpoint checkpoint =
                Checkpoint.open(folder.resolve(node.path("checkpoint").asText()));
        List<String> faults = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        node.path("labels").forEach(label -> labels.add(label.asText()));
        if (!checkpoint.config().labels().equals(labels)) {
            faults.add("labels are " + checkpoint.config().labels() + ", " + labels + " expected");
        }
        ScoreFunction function = ScoreFunction.of(checkpoint, labels.size());
        List<float[]> logits =
                new ModelCase(folder, node, ComputePlan.EXACT, Placement.CPU, prepared).vectors("logits");
        float[] wanted =
                new ExpectedTensors(folder.resolve(node.path("expected").asText())).floats("label_scores");
        for (int i = 0; i < logits.size(); i++) {
            int from = i * labels.size();
            Difference.exceeding(
                            function.apply(logits.get(i)),
                            Arrays.copyOfRange(wanted, from, from + labels.size()),
                            TOLERANCE)
                    .ifPresent(fault -> faults.add("label_scores " + fault));
            compareOrder(i, function.apply(logits.get(i)), labels, faults);
        }
        return OracleCase.Finding.exact(faults.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", faults)));
    }

    /** The labels from the best to the worst, as the pipeline of transformers lists them. */
    private void compareOrder(int image, float[] scores, List<String> labels, List<String> faults) {
        List<String> wanted = new ArrayList<>();
        node.path("top")
                .path(image)
                .forEach(best -> wanted.add(best.path("label").asText()));
        List<String> order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparing((Integer label) -> -scores[label]))
                .limit(wanted.size())
                .map(labels::get)
                .toList();
        if (wanted.isEmpty() || !order.equals(wanted)) {
            faults.add("the best labels of image " + image + " are " + order + ", " + wanted + " expected");
        }
    }
}
