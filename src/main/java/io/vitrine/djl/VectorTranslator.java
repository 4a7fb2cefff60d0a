package io.vitrine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslatorContext;

/** Returns {@code pooler_output}, or the first output of a model without a pooler, row-major. */
final class VectorTranslator extends ImageTranslator<float[]> {
    private static final long serialVersionUID = 1;

    @Override
    public float[] processOutput(TranslatorContext context, NDList list) {
        NDArray pooled = list.get("pooler_output");
        return (pooled == null ? list.get(0) : pooled).toFloatArray();
    }
}
