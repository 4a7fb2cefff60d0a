package io.vitrine.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.vitrine.ImageRejectedException;
import io.vitrine.L2Norm;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Weights;
import io.vitrine.inference.ComputePlan;
import io.vitrine.inference.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A case of kind {@code zero_shot}: how well images and texts match, {@code logits_per_image}. It joins the two halves of a checkpoint:
 * their vectors must lie in one space.
 */
final class ZeroShotCase implements OracleCase.Check {
    private static final String LOGITS = "logits_per_image";

    private final Path folder;
    private final JsonNode node;
    private final OracleImages prepared;

    ZeroShotCase(Path folder, JsonNode node, OracleImages prepared) {
        this.folder = folder;
        this.prepared = prepared;
        this.node = node;
    }

    @Override
    public OracleCase.Finding find() throws IOException, ImageRejectedException {
        ExpectedTensors expected =
                new ExpectedTensors(folder.resolve(node.path("expected").asText()));
        List<float[]> texts = TextRun.of(folder, node, TextRun.tokens(expected, node), ids -> {})
                .embeds();
        List<float[]> images =
                new ModelCase(folder, node, ComputePlan.EXACT, Placement.CPU, prepared).vectors("image_embeds");
        float[] wanted = expected.floats(LOGITS);
        float[] actual = logits(images, texts);
        double tolerance = node.path("tolerance")
                        .path("outputs")
                        .path("strict_rel_to_max_abs")
                        .asDouble(2e-5)
                * Difference.maxAbs(wanted);
        Optional<String> fault = Difference.exceeding(actual, wanted, tolerance);
        return OracleCase.Finding.exact(fault.map(text -> LOGITS + " " + text));
    }

    /** (images, texts): cosines times the learned scale, plus SigLIP's learned bias. */
    private float[] logits(List<float[]> images, List<float[]> texts) {
        Weights weights = Checkpoint.open(folder.resolve(node.path("checkpoint").asText()))
                .weights();
        double scale = Math.exp(scalar(weights, "logit_scale"));
        double bias = weights.has("logit_bias") ? scalar(weights, "logit_bias") : 0;
        images.forEach(L2Norm::divide);
        texts.forEach(L2Norm::divide);
        float[] logits = new float[images.size() * texts.size()];
        for (int i = 0; i < images.size(); i++) {
            for (int t = 0; t < texts.size(); t++) {
                double dot = 0;
                for (int k = 0; k < texts.get(t).length; k++) {
                    dot += (double) images.get(i)[k] * texts.get(t)[k];
                }
                logits[i * texts.size() + t] = (float) (dot * scale + bias);
            }
        }
        return logits;
    }

    private static double scalar(Weights weights, String name) {
        return Weights.floats(weights.tensor(name).orElseThrow())[0];
    }
}
