package io.vitrine.graph;

import static io.vitrine.graph.Parameter.Weight.of;

import io.vitrine.Size;
import io.vitrine.checkpoint.Activation;
import java.util.Optional;
import java.util.Set;

/**
 * DINOv2 ({@code dinov2}), also with registers ({@code dinov2_with_registers}).
 *
 * <p>What makes it one: each branch is scaled by a learned vector; the MLP may be a SwiGLU; positions are always resampled
 * to the image; registers stand behind the class token and have no position; the pooler is the class token, and the
 * classifier reads it beside the mean of the patches.
 */
final class Dinov2 extends Architecture {
    Dinov2(GraphRequest request, GraphBuilder g) {
        super(request, g, Set.of("pooler_output", "cls")); // the classifier reads the patches too
    }

    @Override
    void describe(Size image, Normalization norm) {
        int registers = config.dino().registers();
        Tensor x = g.prepend(of("embeddings.cls_token", 1, 1, hidden), patchTokens(image, norm));
        x = g.addToEach(x, PositionEmbeddings.of(checkpoint, image, 1));
        if (registers > 0) {
            x = g.insertAfterFirst(of("embeddings.register_tokens", 1, registers, hidden), x);
        }

        Tensor last = norm(encode(x), "layernorm"); // (batch, 1 + registers + patches, hidden)
        offerLast(last, 1 + registers);
        if (wants("pooler_output")) {
            g.output("pooler_output", g.token(last, 0), true);
        }
        if (wants("logits")) {
            Tensor both = g.concat(g.token(last, 0), g.meanTokens(last, 1 + registers));
            g.output("logits", head("classifier", both), true);
        }
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = "encoder.layer." + i + ".";
        Tensor y = norm(x, at + "norm1");
        y = attention(y, at, i, config.qkvBias(), config.qkvBias(), Optional.empty());
        x = g.add(made(x, i), g.scale(y, of(at + "layer_scale1.lambda1", hidden)));
        y = norm(x, at + "norm2");
        y = config.dino().gated() ? gatedMlp(y, at + "mlp.") : mlp(y, at + "mlp.fc1", at + "mlp.fc2");
        return g.add(x, g.scale(y, of(at + "layer_scale2.lambda1", hidden)));
    }

    /** SwiGLU: the first half of one linear map, through SiLU, gates the second. */
    private Tensor gatedMlp(Tensor y, String at) {
        int width = config.intermediateSize();
        Tensor gate;
        Tensor up;
        if (checkpoint.weights().has(at + "gate_proj.weight")) { // version 5 keeps the halves apart
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
