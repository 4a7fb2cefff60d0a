package io.vitrine.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslatorContext;

/** Returns all outputs of an image as one NPZ file, which {@code numpy.load} reads. */
final class NpzTranslator extends ImageTranslator<byte[]> {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] processOutput(TranslatorContext context, NDList list) {
        return list.encode(NDList.Encoding.NPZ);
    }
}
