package io.vitrine.graph;

import static io.vitrine.graph.Parameter.Weight.of;

import io.vitrine.Size;
import io.vitrine.checkpoint.VitConfig.RotaryOptions;
import java.util.Optional;
import java.util.Set;

/**
 * DINOv3 ({@code dinov3_vit}).
 *
 * <p>What makes it one: there is no table of positions, queries and keys of the patches are rotated by their place instead;
 * registers stand behind the class token; each branch is scaled by a learned vector; the MLP may be gated; the key has no
 * bias unless the config says so; the pooler is the class token.
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
            x = g.prepend(of("embeddings.register_tokens", 1, config.dino().registers(), hidden), x);
        }
        x = g.prepend(of("embeddings.cls_token", 1, 1, hidden), x);

        Tensor last = norm(encode(x), "norm"); // (batch, 1 + registers + patches, hidden)
        offerLast(last, prefix);
        if (wants("pooler_output")) {
            g.output("pooler_output", g.token(last, 0), true);
        }
    }

    @Override
    Tensor layer(Tensor x, int i) {
        String at = "layer." + i + ".";
        Tensor y = selfAttention(norm(x, at + "norm1"), at + "attention.", i);
        x = g.add(made(x, i), g.scale(y, of(at + "layer_scale1.lambda1", hidden)));
        y = norm(x, at + "norm2");
        y = config.dino().gated() ? gatedMlp(y, at + "mlp.") : mlp(y, at + "mlp.up_proj", at + "mlp.down_proj", bias());
        return g.add(x, g.scale(y, of(at + "layer_scale2.lambda1", hidden)));
    }

    private Tensor selfAttention(Tensor y, String at, int i) {
        RotaryOptions rotary = config.rotary();
        Tensor q = linear(made(y, i), at + "q_proj", hidden, hidden, rotary.queryBias());
        if (!makesFirstOnly(i)) { // the class token is not turned
            q = rotated(q);
        }
        Tensor k = rotated(linear(y, at + "k_proj", hidden, hidden, rotary.keyBias()));
        Tensor v = linear(y, at + "v_proj", hidden, hidden, rotary.valueBias());
        return linear(attend(q, k, v, i, Optional.empty()), at + "o_proj", hidden, hidden, rotary.outputBias());
    }

    private Tensor rotated(Tensor x) {
        return g.rotate(x, config.heads(), positions.cos(), positions.sin());
    }

    /** One linear map, through the activation, gates the other. */
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
