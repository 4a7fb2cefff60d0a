package io.vitrine.image.preprocess;

import io.vitrine.Size;
import io.vitrine.image.preprocess.ResizeTarget.BoundedEdges;
import io.vitrine.image.preprocess.ResizeTarget.Exact;
import io.vitrine.image.preprocess.ResizeTarget.ShortestEdge;
import io.vitrine.image.preprocess.ResizeTarget.WithinBox;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a preprocessor_config.json with every key. */
final class PreprocessorFields {
    private PreprocessorFields() {}

    static Map<String, Object> of(Preprocessing p) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("image_processor_type", p.processor().toString());
        config.put("do_resize", p.resizeTarget().isPresent());
        p.resizeTarget().ifPresent(target -> {
            config.put("size", json(target));
            config.put("resample", p.filter().code());
        });
        if (p.sizeRule().orElse(null) instanceof SizeRule.ConvNext rule) {
            int edge = p.outputSize().orElseThrow().height();
            config.put("size", Map.of("shortest_edge", edge));
            config.put("crop_pct", rule.cropPct());
        } else {
            config.put("do_center_crop", p.crop().isPresent());
            p.crop().ifPresent(crop -> config.put("crop_size", json(crop.size())));
        }
        boolean rescales = p.rescaleFactor() != 1 || p.rescalesBeforeResize();
        config.put("do_rescale", rescales);
        if (rescales) {
            config.put("rescale_factor", p.rescaleFactor());
        }
        config.put("do_normalize", true);
        config.put("image_mean", p.mean());
        config.put("image_std", p.std());
        p.padSize().ifPresent(size -> {
            config.put("do_pad", true);
            config.put("pad_size", json(size));
        });
        return config;
    }

    private static Map<String, Integer> json(ResizeTarget target) {
        if (target instanceof Exact exact) {
            return json(exact.size());
        }
        if (target instanceof ShortestEdge edge) {
            return Map.of("shortest_edge", edge.length());
        }
        if (target instanceof BoundedEdges edges) {
            return Map.of("shortest_edge", edges.shortest(), "longest_edge", edges.longest());
        }
        if (target instanceof WithinBox within) {
            return Map.of(
                    "max_height", within.box().height(),
                    "max_width", within.box().width());
        }
        throw new IllegalArgumentException("only timm resizes " + target);
    }

    private static Map<String, Integer> json(Size size) {
        return Map.of("height", size.height(), "width", size.width());
    }
}
