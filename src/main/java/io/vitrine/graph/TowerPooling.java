package io.vitrine.graph;

import io.vitrine.checkpoint.TowerOptions;
import io.vitrine.checkpoint.TowerOptions.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The vector that a {@link Tower} makes of its last state. */
final class TowerPooling {
    private final Tower model;
    private final TowerOptions tower;
    private final GraphBuilder g;

    TowerPooling(Tower model) {
        this.model = model;
        this.tower = model.tower;
        this.g = model.g;
    }

    /** (batch, 1, width), where the width is that of the tokens, or of several for {@code SUMMARY}. */
    Tensor describe(Tensor last) {
        Tensor vector =
                switch (tower.pooling()) {
                    case NONE -> throw new IllegalStateException("There is no pooler");
                    case CLASS_TOKEN -> g.token(last, 0);
                    case MEAN_OF_CLASS_TOKENS -> meanOfClassTokens(last);
                    case MEAN_OF_PATCHES -> g.meanTokens(last, firstPooled());
                    case SUMMARY ->
                        tower.summary().stream()
                                .map(i -> g.token(last, i))
                                .reduce(g::concat)
                                .orElseThrow();
                    case ATTENTION_AND_MLP -> AttentionPooling.withMlp(model, last);
                    case LATENT_AND_MLP -> AttentionPooling.latent(model, last, firstPooled());
                    case ATTENTION -> AttentionPooling.plain(model, last);
                };
        return tower.has(Part.POOLED_NORM) ? model.norm(vector, model.names.pooledNorm()) : vector;
    }

    private int firstPooled() {
        return tower.has(Part.PREFIX_POOLED) ? 0 : tower.prefix();
    }

    private Tensor meanOfClassTokens(Tensor last) {
        return mean(IntStream.range(0, tower.classTokens())
                .mapToObj(i -> g.token(last, i))
                .toList());
    }

    private Tensor mean(List<Tensor> vectors) {
        Tensor sum = vectors.stream().reduce(g::add).orElseThrow();
        float share = 1f / vectors.size();
        return g.scale(sum, new Parameter.Constant("share_of_" + vectors.size(), List.of(1), new float[] {share}));
    }

    /**
     * A head on the class token and one on the distillation token, whose mean are the logits.
     *
     * @param head what the first head's tensors begin with
     */
    void emitTeacherHeads(Tensor last, String head) {
        List<String> names = List.of("cls_logits", "distillation_logits");
        List<String> heads = List.of(head, "distillation_classifier");
        List<Tensor> logits = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (model.isRequested(names.get(i)) || model.isRequested("logits")) {
                Tensor vector = model.classifier(g.token(last, i), heads.get(i));
                logits.add(vector);
                if (model.isRequested(names.get(i))) {
                    g.outputVector(names.get(i), vector);
                }
            }
        }
        if (model.isRequested("logits")) {
            g.outputVector("logits", mean(logits));
        }
    }
}
