package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.Size;
import io.vitrine.checkpoint.VitConfig.RotaryOptions;
import java.util.Optional;
import java.util.Set;

/**
 * DINOv3 ({@code dinov3_vit}).
 *
 * <p>Differences from ViT: rotary positions. Queries and keys of the patches are rotated by their position, and there is no
 * position table. Registers follow the class token. A learned vector scales each branch. The MLP may be gated. The key has no
 * bias by default. The pooler is the class token.
 */
final class Dinov3 extends Architecture {
    private RotaryPositions positions;

    Dinov3(GraphRequest request, GraphBuilder g) {
        super(request, g, Set.of("pooler_output", "cls"));
    }

    @Override
    void describe(Size image, Normalization norm) {
        int prefix = 1 + config.dino().registers();
        int headSize = hidden / config.heads();
        positions = RotaryPositions.of(
                config.grid(image), prefix, headSize, config.rotary().theta());
        Tensor x = patchTokens(image, norm, "embeddings.patch_embeddings");
        if (config.dino().registers() > 0) {
            x = g.prepend(weight("embeddings.register_tokens", 1, config.dino().registers(), hidden), x);
        }
        x = g.prepend(weight("embeddings.cls_token", 1, 1, hidden), x);

        Tensor last = norm(encode(x), "norm"); // (batch, 1 + registers + patches, hidden)
        emitLastState(last, prefix);
        if (isRequested("pooler_output")) {
            g.outputVector("pooler_output", g.token(last, 0));
        }
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = "layer." + i + ".";
        Tensor y = selfAttention(norm(x, at + "norm1"), at + "attention.", i);
        x = g.add(tokensToCompute(x, i), g.scale(y, weight(at + "layer_scale1.lambda1", hidden)));
        y = norm(x, at + "norm2");
        y = config.dino().gated() ? gatedMlp(y, at + "mlp.") : mlp(y, at + "mlp.up_proj", at + "mlp.down_proj", bias());
        return g.add(x, g.scale(y, weight(at + "layer_scale2.lambda1", hidden)));
    }

    private Tensor selfAttention(Tensor y, String at, int i) {
        RotaryOptions rotary = config.rotary();
        Tensor q = linear(tokensToCompute(y, i), at + "q_proj", hidden, hidden, rotary.queryBias());
        if (!computesFirstTokenOnly(i)) { // the class token is not rotated
            q = rotated(q);
        }
        Tensor k = rotated(linear(y, at + "k_proj", hidden, hidden, rotary.keyBias()));
        Tensor v = linear(y, at + "v_proj", hidden, hidden, rotary.valueBias());
        return linear(attend(q, k, v, i, Optional.empty()), at + "o_proj", hidden, hidden, rotary.outputBias());
    }

    private Tensor rotated(Tensor x) {
        return positions.rotate(g, x, config.heads());
    }

    /** The activation of one linear map, times another linear map. */
    private Tensor gatedMlp(Tensor y, String at) {
        int width = config.intermediateSize();
        Tensor gate = g.activation(linear(y, at + "gate_proj", hidden, width, bias()), config.hiddenAct());
        Tensor up = linear(y, at + "up_proj", hidden, width, bias());
        return linear(g.multiply(gate, up), at + "down_proj", width, hidden, bias());
    }

    private boolean bias() {
        return config.rotary().mlpBias();
    }
}
