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
    int8;

    /**
     * What tells an output's numbers from those of another precision, or of an earlier way to compute in this one: int8 once had one
     * range for all tokens of a batch.
     */
    public String numbers() {
        return this == int8 ? "int8 with a range for each token" : name();
    }
}
