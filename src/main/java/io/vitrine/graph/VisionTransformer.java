package io.vitrine.graph;

import static io.vitrine.graph.Parameter.Weight.of;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Vision Transformer ({@code vit}, {@code vit_msn}, {@code vit_mae}), DeiT ({@code deit}), which has a distillation
 * token behind the class token, and I-JEPA ({@code ijepa}), which has neither.
 *
 * <p>Semantics are those of transformers' {@code ViTModel}, {@code DeiTModel} and their classifiers: pre-norm encoder,
 * learned positions, a final layer norm. The logits are read from the normed tokens, not from the pooler; those of a
 * distilled DeiT are the mean of its two heads'.
 */
final class VisionTransformer extends Architecture {
    VisionTransformer(GraphRequest request, GraphBuilder g) {
        super(request, g, readingFirst(request.checkpoint()));
    }

    private static Set<String> readingFirst(Checkpoint checkpoint) {
        boolean logitsReadMore = checkpoint.config().family().prefixTokens() == 0 || checkpoint.hasTeacherHeads();
        return logitsReadMore ? Set.of("pooler_output", "cls") : Set.of("pooler_output", "cls", "logits");
    }

    @Override
    void describe(Size image, Normalization norm) {
        int prefix = config.family().prefixTokens();
        Tensor x = patchTokens(image, norm);
        if (prefix > 1) {
            x = g.prepend(of("embeddings.distillation_token", 1, 1, hidden), x);
        }
        if (prefix > 0) {
            x = g.prepend(of("embeddings.cls_token", 1, 1, hidden), x);
        }
        x = g.addToEach(x, PositionEmbeddings.of(checkpoint, image, prefix)); // (batch, prefix + patches, hidden)

        Tensor last = norm(encode(x), "layernorm");
        offerLast(last, prefix);

        Tensor first = g.token(last, 0); // (batch, hidden)
        if (wants("pooler_output")) {
            Tensor pooled = linear(first, "pooler.dense", hidden, config.poolerOutputSize(), true);
            g.output("pooler_output", g.activation(pooled, config.poolerAct()), true);
        }
        if (checkpoint.hasTeacherHeads()) {
            teacherHeads(last);
        } else if (wants("logits")) {
            // Without a class token the head reads the mean of all tokens.
            Tensor read = prefix == 0 ? g.meanTokens(last, 0) : first;
            g.output("logits", head("classifier", read), true);
        }
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = "encoder.layer." + i + ".";
        Tensor y = norm(x, at + "layernorm_before");
        x = g.add(made(x, i), attention(y, at, i, config.qkvBias(), config.qkvBias(), Optional.empty()));
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
