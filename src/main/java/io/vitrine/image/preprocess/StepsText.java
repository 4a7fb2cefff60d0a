package io.vitrine.image.preprocess;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Describes preprocessing in words. They are part of an output's identity, so a change makes existing outputs incompatible. */
final class StepsText {
    private StepsText() {}

    static String of(Preprocessing p) {
        List<String> steps = new ArrayList<>();
        String rescaling = "times " + p.rescaleFactor();
        boolean rescales = p.rescaleFactor() != 1;
        if (p.rescalesBeforeResize() && rescales) {
            steps.add(rescaling);
        }
        p.resizeTarget()
                .ifPresent(target ->
                        steps.add("resize " + target + " " + p.filter().name().toLowerCase(Locale.ROOT)));
        p.crop().ifPresent(crop -> steps.add(crop.toString()));
        if (!p.rescalesBeforeResize() && rescales) {
            steps.add(rescaling);
        }
        if (p.mean().stream().anyMatch(m -> m != 0) || p.std().stream().anyMatch(s -> s != 1)) {
            steps.add("mean " + p.mean() + " std " + p.std());
        }
        p.padSize().ifPresent(size -> steps.add("pad with zeros to " + size));
        return p.processor() + ": " + String.join(", ", steps);
    }
}
