package io.vitrine.graph;

/** The element type of an output. */
public enum OutputType {
    FLOAT32(Float.BYTES),
    FLOAT16(Short.BYTES);

    private final int bytes;

    OutputType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes per element. */
    public int bytes() {
        return bytes;
    }
}
