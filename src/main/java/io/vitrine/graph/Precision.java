package io.vitrine.graph;

/**
 * The numbers a graph computes in. Pixels are normalised, and outputs leave, as 32-bit floats in each of them.
 */
public enum Precision {
    /** 32-bit floats: the reference's answers within 2e-5. */
    fp32,
    /** bfloat16: eight bits of mantissa. */
    bf16,
    /** IEEE half precision: eleven bits of mantissa, numbers up to 65,504. */
    fp16,
    /** Linear layers in 8-bit integers, each batch's range found when it runs; the rest in 32-bit floats. */
    int8
}
