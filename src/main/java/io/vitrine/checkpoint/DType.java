package io.vitrine.checkpoint;

import java.util.Optional;

/** Element types of a safetensors file. */
public enum DType {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U8(1),
    BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }

    /** Whether weights can have this type: floats of 64, 32 and 16 bits, and bfloat16. */
    public boolean isWeight() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    static Optional<DType> parse(String name) {
        for (DType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
