package io.vitrine.graph;

/**
 * The numbers in which a graph computes. Pixels are normalized in 32-bit floats in every precision. The element type of the
 * outputs is a choice of its own: {@link OutputType}.
 */
public enum Precision {
    /** 32-bit floats: the reference's features within 2e-5. */
    fp32,
    /** bfloat16: 8 significant bits, the range of 32-bit floats. */
    bf16,
    /** IEEE half precision: 11 significant bits, up to 65,504. */
    fp16,
    /** Linear maps of the encoder in 8-bit integers, activations quantized by each token's range. The rest is {@link #fp32}. */
    int8
}
