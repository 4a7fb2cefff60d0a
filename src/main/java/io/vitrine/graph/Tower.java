package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.Size;
import io.vitrine.checkpoint.Checkpoint;
import io.vitrine.checkpoint.TowerOptions;
import io.vitrine.checkpoint.TowerOptions.Classified;
import io.vitrine.checkpoint.TowerOptions.Norm;
import io.vitrine.checkpoint.TowerOptions.Part;
import io.vitrine.checkpoint.TowerOptions.Pooling;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A transformer of the families after DINO: the image halves of CLIP, MetaCLIP 2, MLCD, SigLIP and AIMv2, Pixio, C-RADIO, and
 * the ViTs of timm.
 *
 * <p>Semantics follow {@code CLIPVisionModel}, {@code SiglipVisionModel} and so on in Hugging Face transformers, and {@code
 * VisionTransformer} and {@code Eva} in timm. {@link TowerOptions} says which parts there are, {@link TowerNames} what their
 * tensors are called.
 */
final class Tower extends Architecture {
    final TowerOptions tower;
    final TowerNames names;
    private final TowerLayer layer;
    private final TowerPooling pooling;
    private Optional<RotaryPositions> rotation = Optional.empty();

    Tower(GraphRequest request, GraphBuilder g) {
        super(request, g, firstTokenOutputs(request.checkpoint().config().tower()));
        this.tower = config.tower();
        this.names = TowerNames.of(config.family(), tower);
        this.layer = new TowerLayer(this);
        this.pooling = new TowerPooling(this);
    }

    /** A rotation of the class token is for all tokens, so such a tower computes them all. */
    private static Set<String> firstTokenOutputs(TowerOptions tower) {
        boolean firstIsRotated =
                tower.rotation().isPresent() && !tower.rotation().get().sparesPrefix();
        if (tower.pooling() != Pooling.CLASS_TOKEN || firstIsRotated) {
            return Set.of();
        }
        Set<String> outputs = new HashSet<>(Set.of("pooler_output", "image_embeds", "cls"));
        if (tower.classified() == Classified.POOLED) {
            outputs.add("logits");
        }
        return outputs;
    }

    @Override
    void describe(Size image, Normalization norm) {
        rotation = tower.rotation()
                .map(kind -> RotaryPositions.of(
                        kind, checkpoint, config.grid(image), tower.prefix(), hidden / config.heads()));
        Tensor last = encode(new TowerTokens(this).describe(image, norm)); // (batch, prefix + patches, hidden)
        if (tower.has(Part.LAST_NORM)) {
            last = norm(last, names.lastNorm());
        }
        emitLastState(last, tower.prefix());
        if (isRequested("pooler_output") || isRequested("image_embeds")) {
            emitPooled(pooling.describe(last));
        }
        emitLogits(last);
    }

    @Override
    Tensor layer(Tensor x, int i) {
        return layer.describe(x, i);
    }

    /** The queries or keys {@code x} of layer {@code i}, rotated by their places. */
    Tensor rotated(Tensor x) {
        boolean firstTokenAlone = x.tokens() == 1; // which no rotation changes, or all were computed
        return firstTokenAlone
                ? x
                : rotation.map(at -> at.rotate(g, x, config.heads())).orElse(x);
    }

    @Override
    Tensor norm(Tensor x, String name) {
        return tower.norm() == Norm.LAYER
                ? super.norm(x, name)
                : g.rmsNorm(x, weight(name + ".weight", x.width()), config.layerNormEps());
    }

    private void emitPooled(Tensor pooled) {
        if (isRequested("pooler_output")) {
            g.outputVector("pooler_output", pooled);
        }
        if (isRequested("image_embeds")) {
            Tensor embeds = checkpoint.hasProjection()
                    ? g.linear(
                            pooled,
                            weight(Checkpoint.PROJECTION + ".weight", checkpoint.projectionSize(), hidden),
                            Optional.empty(),
                            LinearRole.HEAD)
                    : pooled;
            g.outputVector("image_embeds", embeds);
        }
    }

    private void emitLogits(Tensor last) {
        if (checkpoint.hasTeacherHeads()) {
            pooling.emitTeacherHeads(last, "classifier");
        } else if (isRequested("logits")) {
            Tensor read = tower.classified() == Classified.POOLED
                    ? pooling.describe(last)
                    : g.meanTokens(last, tower.prefix());
            g.outputVector("logits", classifier(read, "classifier"));
        }
    }
}
