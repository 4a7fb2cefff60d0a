package io.vitrine.job.task;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.graph.OutputType;
import io.vitrine.graph.Precision;
import io.vitrine.inference.BatchFeatures;
import java.util.Locale;
import java.util.Optional;

/**
 * Rejects images whose features are not all finite.
 *
 * <p>Checks what the model gives. What columns compute from finite outputs is finite: normalized vectors, scores.
 *
 * @param precision in which the model computes; the error names it
 */
record FiniteFeatures(Precision precision) implements FeatureCheck {
    @Override
    public Optional<ImageRejectedException> rejection(BatchFeatures features, int index) {
        return features.nonFinite(index)
                .map(found -> new ImageRejectedException(RejectionReason.NON_FINITE, message(found)));
    }

    private String message(BatchFeatures.NonFinite found) {
        return String.format(
                Locale.ROOT,
                "%s is %s at element %d of %d, computed in %s. %s",
                found.output(),
                Float.isNaN(found.value()) ? "NaN" : "infinite",
                found.element(),
                found.elements(),
                precision,
                remedy(found));
    }

    private String remedy(BatchFeatures.NonFinite found) {
        if (precision == Precision.fp16) {
            return "Numbers beyond 65,504 overflow in fp16. Write to a new output with --precision fp32, or bf16 on CPUs.";
        }
        if (found.type() == OutputType.FLOAT16 && Float.isInfinite(found.value())) {
            return "float16 holds values up to 65,504. Write to a new output with --feature-dtype float32.";
        }
        return "If most images have this status, check the checkpoint and its preprocessor_config.json"
                + (precision == Precision.fp32 ? "." : ", and try --precision fp32 on a new output.");
    }
}
