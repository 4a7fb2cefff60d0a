package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.Size;
import io.vitrine.checkpoint.TowerOptions;
import io.vitrine.checkpoint.TowerOptions.Part;

/** The tokens that enter the first layer of a {@link Tower}. */
final class TowerTokens {
    private final Tower model;
    private final TowerOptions tower;
    private final TowerNames.Embeddings at;
    private final GraphBuilder g;
    private final int hidden;

    TowerTokens(Tower model) {
        this.model = model;
        this.tower = model.tower;
        this.at = model.names.embeddings();
        this.g = model.g;
        this.hidden = model.hidden;
    }

    /** (batch, prefix + patches, hidden). */
    Tensor describe(Size image, Normalization norm) {
        Tensor x = tower.has(Part.CONDITIONED_PIXELS)
                ? new PixelConditioner(model).patchTokens(image, norm, at.patch())
                : model.patchTokens(image, norm, at.patch(), tower.has(Part.PATCH_BIAS));
        if (tower.has(Part.PATCH_NORM)) {
            x = model.norm(x, at.patchNorm());
        }
        boolean patchesAlone = tower.has(Part.PATCH_POSITIONS);
        x = patchesAlone ? withPrefix(positioned(x, image, 0)) : positioned(withPrefix(x), image, tower.prefix());
        return tower.has(Part.TOKEN_NORM) ? model.norm(x, at.tokenNorm()) : x;
    }

    private Tensor positioned(Tensor x, Size image, int prefix) {
        return switch (tower.positions()) {
            case TABLE -> g.addToEach(x, TowerPositions.of(model.checkpoint, image, prefix, at.positions()));
            case SINES -> g.addToEach(x, SinePositions.of(model.config.grid(image), hidden));
            case NONE -> x;
        };
    }

    private Tensor withPrefix(Tensor x) {
        if (tower.prefix() == 0) {
            return x;
        }
        if (at.registers().isEmpty()) { // one tensor for all
            return g.prepend(stored(at.classTokens(), tower.prefix()), x);
        }
        if (tower.registers() > 0) {
            x = g.prepend(weight(at.registers(), 1, tower.registers(), hidden), x);
        }
        if (tower.has(Part.DISTILLED)) {
            x = g.prepend(weight(at.distillationToken(), 1, 1, hidden), x);
        }
        return tower.classTokens() > 0 ? g.prepend(weight(at.classTokens(), 1, 1, hidden), x) : x;
    }

    /** Families differ in whether they store {@code count} tokens as a batch, a matrix or, of one token, a vector. */
    private Parameter stored(String name, int count) {
        Parameter.Weight stored =
                switch (model.config.family()) {
                    case CLIP, METACLIP_2, MLCD -> weight(name, hidden);
                    case RADIO -> weight(name, count, hidden);
                    default -> weight(name, 1, count, hidden);
                };
        return stored.viewedAs(1, count, hidden);
    }
}
