package io.vitrine.gpu;

import java.io.ByteArrayOutputStream;

/** Writes the bits of a JPEG's scan, highest first. */
final class JpegBitWriter {
    private final ByteArrayOutputStream out;
    private int bits;
    private int count;

    JpegBitWriter(ByteArrayOutputStream out) {
        this.out = out;
    }

    void put(int value, int length) {
        for (int i = length - 1; i >= 0; i--) {
            bits = bits << 1 | value >> i & 1;
            if (++count == 8) {
                out.write(bits);
                if ((bits & 0xff) == 0xff) {
                    out.write(0);
                }
                count = 0;
            }
        }
    }

    /** A number of {@code length} bits; negative ones begin with 0. */
    void putSigned(int value, int length) {
        put(value < 0 ? value + (1 << length) - 1 : value, length);
    }

    /** Fills the last byte with ones. */
    void flush() {
        while (count > 0) {
            put(1, 1);
        }
    }
}
