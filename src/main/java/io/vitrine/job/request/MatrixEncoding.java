package io.vitrine.job.request;

/** How matrices, such as {@code last_hidden_state}, are written. Vectors are always {@code array<float>}. */
public enum MatrixEncoding {
    /** Little-endian 32-bit floats, row-major. */
    BINARY_FLOAT32,
    /** Little-endian 16-bit floats, row-major: half the size. An image with values beyond 65,504 is rejected. */
    BINARY_FLOAT16,
    /** A flat {@code array<float>}, row-major. */
    ARRAY;

    public boolean isBinary() {
        return this != ARRAY;
    }

    public boolean isHalf() {
        return this == BINARY_FLOAT16;
    }
}
