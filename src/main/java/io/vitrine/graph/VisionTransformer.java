package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Vision Transformer ({@code vit}, {@code vit_msn}, {@code vit_mae}), DeiT ({@code deit}), which adds a distillation
 * token after the class token, and I-JEPA ({@code ijepa}), which has neither token.
 *
 * <p>Semantics follow {@code ViTModel}, {@code DeiTModel} and their classifiers in Hugging Face transformers: pre-norm
 * encoder, learned positions, final layer norm. Classifiers read the normed tokens, not the pooler. The logits of a
 * distilled DeiT are the mean of its two heads.
 */
final class VisionTransformer extends Architecture {
    VisionTransformer(GraphRequest request, GraphBuilder g) {
        super(request, g, firstTokenOutputs(request.checkpoint()));
    }

    private static Set<String> firstTokenOutputs(Checkpoint checkpoint) {
        boolean logitsReadOtherTokens = checkpoint.config().prefixTokens() == 0 || checkpoint.hasTeacherHeads();
        return logitsReadOtherTokens ? Set.of("pooler_output", "cls") : Set.of("pooler_output", "cls", "logits");
    }

    @Override
    void describe(Size image, Normalization norm) {
        int prefix = config.prefixTokens();
        Tensor x = patchTokens(image, norm);
        if (prefix > 1) {
            x = g.prepend(weight("embeddings.distillation_token", 1, 1, hidden), x);
        }
        if (prefix > 0) {
            x = g.prepend(weight("embeddings.cls_token", 1, 1, hidden), x);
        }
        x = g.addToEach(x, PositionEmbeddings.of(checkpoint, image, prefix)); // (batch, prefix + patches, hidden)

        Tensor last = norm(encode(x), "layernorm");
        emitLastState(last, prefix);

        Tensor first = g.token(last, 0); // (batch, hidden)
        if (isRequested("pooler_output")) {
            Tensor pooled = head(first, "pooler.dense", config.poolerOutputSize());
            g.outputVector("pooler_output", g.activation(pooled, config.poolerAct()));
        }
        if (checkpoint.hasTeacherHeads()) {
            teacherHeads(last);
        } else if (isRequested("logits")) {
            // Without a class token, the classifier reads the mean of all tokens.
            Tensor read = prefix == 0 ? g.meanTokens(last, 0) : first;
            g.outputVector("logits", classifier(read, "classifier"));
        }
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = "encoder.layer." + i + ".";
        Tensor y = norm(x, at + "layernorm_before");
        x = g.add(tokensToCompute(x, i), attention(y, at, i, configuredBiases(), Optional.empty()));
        y = norm(x, at + "layernorm_after");
        return g.add(x, mlp(y, at + "intermediate.dense", at + "output.dense"));
    }

    private void teacherHeads(Tensor last) {
        if (!isRequested("logits") && !isRequested("cls_logits") && !isRequested("distillation_logits")) {
            return;
        }
        Tensor cls = classifier(g.token(last, 0), "cls_classifier");
        Tensor distillation = classifier(g.token(last, 1), "distillation_classifier");
        if (isRequested("cls_logits")) {
            g.outputVector("cls_logits", cls);
        }
        if (isRequested("distillation_logits")) {
            g.outputVector("distillation_logits", distillation);
        }
        if (isRequested("logits")) {
            Parameter half = new Parameter.Constant("half", List.of(1), new float[] {0.5f});
            g.outputVector("logits", g.scale(g.add(cls, distillation), half));
        }
    }
}
