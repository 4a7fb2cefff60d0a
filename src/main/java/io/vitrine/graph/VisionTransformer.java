package io.vitrine.graph;

import static io.vitrine.graph.Parameter.Weight.of;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.Family;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Vision Transformer ({@code vit}) and DeiT ({@code deit}), which has a distillation token behind the class token.
 *
 * <p>Semantics are those of transformers' {@code ViTModel}, {@code DeiTModel} and their classifiers: pre-norm encoder,
 * learned positions, a final layer norm. The logits are read from the normed tokens, not from the pooler; those of a
 * distilled DeiT are the mean of its two heads'.
 */
final class VisionTransformer extends Architecture {
    private final boolean distilled;

    VisionTransformer(Checkpoint checkpoint, Set<String> wanted, Ops g) {
        super(checkpoint, wanted, g);
        this.distilled = config.family() == Family.DEIT;
    }

    @Override
    void describe(Size image, Normalization norm) {
        Tensor x = patchTokens(image, norm);
        if (distilled) {
            x = g.prepend(of("embeddings.distillation_token", 1, 1, hidden), x);
        }
        x = g.prepend(of("embeddings.cls_token", 1, 1, hidden), x);
        x = g.addToEach(
                x, PositionEmbeddings.of(checkpoint, image, distilled ? 2 : 1)); // (batch, 1 or 2 + patches, hidden)

        Tensor last = norm(encode(x), "layernorm");
        offer("last_hidden_state", last);

        Tensor first = g.token(last, 0); // (batch, hidden)
        if (wants("pooler_output")) {
            Tensor pooled = linear(first, "pooler.dense", hidden, config.poolerOutputSize(), true);
            g.output("pooler_output", g.activation(pooled, config.poolerAct()), true);
        }
        if (checkpoint.hasTeacherHeads()) {
            teacherHeads(last);
        } else if (wants("logits")) {
            g.output("logits", head("classifier", first), true);
        }
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = "encoder.layer." + i + ".";
        Tensor y = norm(x, at + "layernorm_before");
        x = g.add(x, attention(y, at, i, config.qkvBias(), config.qkvBias(), Optional.empty()));
        y = norm(x, at + "layernorm_after");
        return g.add(x, mlp(y, at + "intermediate.dense", at + "output.dense"));
    }

    private void teacherHeads(Tensor last) {
        if (!wants("logits") && !wants("cls_logits") && !wants("distillation_logits")) {
            return;
        }
        Tensor cls = head("cls_classifier", g.token(last, 0));
        Tensor distillation = head("distillation_classifier", g.token(last, 1));
        if (wants("cls_logits")) {
            g.output("cls_logits", cls, true);
        }
        if (wants("distillation_logits")) {
            g.output("distillation_logits", distillation, true);
        }
        if (wants("logits")) {
            Parameter half = new Parameter.Constant("half", List.of(1), new float[] {0.5f});
            g.output("logits", g.scale(g.add(cls, distillation), half), true);
        }
    }
}
