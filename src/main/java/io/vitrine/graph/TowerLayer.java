package io.vitrine.graph;

import static io.vitrine.graph.Parameter.weight;

import io.vitrine.checkpoint.TowerOptions;
import io.vitrine.checkpoint.TowerOptions.Part;
import java.util.Optional;

/** A layer of a {@link Tower}: self-attention and an MLP, each added to its input. */
final class TowerLayer {
    private final Tower model;
    private final TowerOptions tower;
    private final TowerNames names;
    private final GraphBuilder g;
    private final int hidden;

    TowerLayer(Tower model) {
        this.model = model;
        this.tower = model.tower;
        this.names = model.names;
        this.g = model.g;
        this.hidden = model.hidden;
    }

    private enum Projection {
        QUERY(0),
        KEY(1),
        VALUE(2);

        private final int place; // in a fused map

        Projection(int place) {
            this.place = place;
        }
    }

    Tensor describe(Tensor x, int i) {
        String at = String.format(names.layer(), i);
        boolean after = tower.has(Part.NORM_AFTER);
        Tensor y = selfAttention(after ? x : model.norm(x, at + names.attentionNorm()), at, i);
        y = after ? model.norm(y, at + names.attentionNorm()) : y;
        x = g.add(model.tokensToCompute(x, i), scaled(y, at + names.attentionScale()));
        y = mlp(after ? x : model.norm(x, at + names.mlpNorm()), at);
        y = after ? model.norm(y, at + names.mlpNorm()) : y;
        return g.add(x, scaled(y, at + names.mlpScale()));
    }

    private Tensor scaled(Tensor y, String name) {
        boolean stored = tower.has(Part.OPTIONAL_LAYER_SCALE)
                && model.checkpoint.weights().has(name);
        return tower.has(Part.LAYER_SCALE) || stored ? g.scale(y, weight(name, hidden)) : y;
    }

    private Tensor selfAttention(Tensor y, String at, int i) {
        TowerNames.Attention maps = names.attention();
        Tensor q = projected(model.tokensToCompute(y, i), at, Projection.QUERY);
        Tensor k = projected(y, at, Projection.KEY);
        if (tower.has(Part.QUERY_KEY_NORM)) {
            q = normOfEachHead(q, at + maps.queryNorm());
            k = normOfEachHead(k, at + maps.keyNorm());
        }
        Tensor v = projected(y, at, Projection.VALUE);
        Tensor attended = model.attend(model.rotated(q), model.rotated(k), v, i, Optional.empty());
        if (tower.has(Part.ATTENDED_NORM)) {
            attended = model.norm(attended, at + maps.norm());
        }
        return model.linear(attended, at + maps.output(), hidden, hidden, tower.has(Part.OUTPUT_BIAS));
    }

    private Tensor normOfEachHead(Tensor x, String name) {
        int heads = model.config.heads();
        Tensor byHead = g.regrouped(x, x.tokens() * heads, x.width() / heads);
        return g.regrouped(model.norm(byHead, name), x.tokens(), x.width());
    }

    private Tensor projected(Tensor y, String at, Projection part) {
        TowerNames.Attention maps = names.attention();
        if (tower.has(Part.FUSED_QKV)) {
            return g.linear(
                    y,
                    rowsOf(weight(at + maps.fused() + ".weight", 3 * hidden, hidden), part),
                    fusedBias(at, part),
                    LinearRole.ENCODER);
        }
        String name =
                switch (part) {
                    case QUERY -> maps.query();
                    case KEY -> maps.key();
                    case VALUE -> maps.value();
                };
        boolean bare = part == Projection.KEY && tower.has(Part.BARE_KEY);
        return model.linear(y, at + name, hidden, hidden, model.config.qkvBias() && !bare);
    }

    private Parameter.Weight rowsOf(Parameter.Weight fused, Projection part) {
        return fused.rows(part.place * hidden, (part.place + 1) * hidden);
    }

    private Optional<Parameter> fusedBias(String at, Projection part) {
        TowerNames.Attention maps = names.attention();
        if (!model.config.qkvBias()) {
            return Optional.empty();
        }
        if (!tower.has(Part.BARE_KEY)) {
            return Optional.of(rowsOf(weight(at + maps.fused() + ".bias", 3 * hidden), part));
        }
        return switch (part) {
            case QUERY -> Optional.of(weight(at + maps.queryBias(), hidden));
            case KEY -> Optional.empty();
            case VALUE -> Optional.of(weight(at + maps.valueBias(), hidden));
        };
    }

    private Tensor mlp(Tensor y, String at) {
        TowerNames.Mlp maps = names.mlp();
        int width = model.config.intermediateSize();
        boolean bias = tower.has(Part.MLP_BIAS);
        Tensor inner;
        if (tower.has(Part.GATED_MLP)) {
            Tensor gate = activated(model.linear(y, at + maps.gate(), hidden, width, bias));
            inner = g.multiply(gate, model.linear(y, at + maps.in(), hidden, width, bias));
        } else if (tower.has(Part.PACKED_MLP)) {
            Tensor gate = activated(half(y, at + maps.in(), 0, bias));
            inner = g.multiply(gate, half(y, at + maps.in(), width, bias));
        } else {
            inner = activated(model.linear(y, at + maps.in(), hidden, width, bias));
        }
        if (tower.has(Part.INNER_MLP_NORM)) {
            inner = model.norm(inner, at + maps.norm());
        }
        return model.linear(inner, at + maps.out(), width, hidden, bias);
    }

    private Tensor activated(Tensor x) {
        return g.activation(x, model.config.hiddenAct());
    }

    /** One of the two maps that lie in one tensor. */
    private Tensor half(Tensor y, String name, int from, boolean bias) {
        int width = model.config.intermediateSize();
        Optional<Parameter> added =
                bias ? Optional.of(weight(name + ".bias", 2 * width).rows(from, from + width)) : Optional.empty();
        return g.linear(
                y, weight(name + ".weight", 2 * width, hidden).rows(from, from + width), added, LinearRole.ENCODER);
    }
}
