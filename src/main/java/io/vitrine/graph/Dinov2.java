package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import java.util.Optional;
import java.util.Set;

/**
 * DINOv2 ({@code dinov2}), with or without registers ({@code dinov2_with_registers}).
 *
 * <p>Differences from ViT: a learned vector scales each branch. The MLP may be a SwiGLU. Positions are always resampled to
 * the image size. Registers follow the class token and have no position. The pooler is the class token. The classifier
 * reads the class token concatenated with the mean of the patches.
 */
final class Dinov2 extends Architecture {
    Dinov2(GraphRequest request, GraphBuilder g) {
        super(request, g, Set.of("pooler_output", "cls")); // the classifier also reads the patches
    }

    @Override
    void describe(Size image, Normalization norm) {
        int registers = config.dino().registers();
        Tensor x = g.prepend(weight("embeddings.cls_token", 1, 1, hidden), patchTokens(image, norm));
        x = g.addToEach(x, PositionEmbeddings.of(checkpoint, image, 1));
        if (registers > 0) {
            x = g.insertAfterFirst(weight("embeddings.register_tokens", 1, registers, hidden), x);
        }

        Tensor last = norm(encode(x), "layernorm"); // (batch, 1 + registers + patches, hidden)
        emitLastState(last, 1 + registers);
        if (isRequested("pooler_output")) {
            g.outputVector("pooler_output", g.token(last, 0));
        }
        if (isRequested("logits")) {
            Tensor both = g.concat(g.token(last, 0), g.meanTokens(last, 1 + registers));
            g.outputVector("logits", classifier(both, "classifier"));
        }
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = "encoder.layer." + i + ".";
        Tensor y = norm(x, at + "norm1");
        y = attention(y, at, i, configuredBiases(), Optional.empty());
        x = g.add(tokensToCompute(x, i), g.scale(y, weight(at + "layer_scale1.lambda1", hidden)));
        y = norm(x, at + "norm2");
        y = config.dino().gated() ? gatedMlp(y, at + "mlp.") : mlp(y, at + "mlp.fc1", at + "mlp.fc2");
        return g.add(x, g.scale(y, weight(at + "layer_scale2.lambda1", hidden)));
    }

    /** SwiGLU: SiLU of the first half of a linear map, times the second half. */
    private Tensor gatedMlp(Tensor y, String at) {
        int width = config.intermediateSize();
        Tensor gate;
        Tensor up;
        if (checkpoint.weights().has(at + "gate_proj.weight")) { // transformers 5 splits the halves
            gate = linear(y, at + "gate_proj", hidden, width, true);
            up = linear(y, at + "up_proj", hidden, width, true);
        } else {
            Tensor both = linear(y, at + "weights_in", hidden, 2 * width, true);
            gate = g.components(both, 0, width);
            up = g.components(both, width, 2 * width);
        }
        Tensor gated = g.multiply(g.activation(gate, Activation.SILU), up);
        return linear(gated, at + "weights_out", width, hidden, true);
    }
}
