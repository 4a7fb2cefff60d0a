package io.vitrine.job.request;

import java.io.Serializable;

/**
 * How matrices (last_hidden_state) are written; vectors are always {@code array<float>}.
 *
 * @param binary little-endian bytes, else a flat {@code array<float>}
 * @param half binary as float16, which halves it
 */
public record MatrixEncoding(boolean binary, boolean half) implements Serializable {
    /** Whether matrices are 16-bit floats. */
    public boolean isHalf() {
        return binary && half;
    }
}
