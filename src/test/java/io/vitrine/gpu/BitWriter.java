package io.vitrine.gpu;

import java.io.ByteArrayOutputStream;

/** Writes bits, highest first. */
final class BitWriter {
    private final ByteArrayOutputStream out;
    private final Stuffing stuffing;
    private int bits;
    private int count;

    /** What follows a byte of ones. */
    enum Stuffing {
        NOTHING,
        /** As in a JPEG's file, where other bytes make it a marker. */
        ZERO
    }

    BitWriter(ByteArrayOutputStream out, Stuffing stuffing) {
        this.out = out;
        this.stuffing = stuffing;
    }

    void put(int value, int length) {
        for (int i = length - 1; i >= 0; i--) {
            bits = bits << 1 | value >> i & 1;
            if (++count == 8) {
                out.write(bits);
                if (stuffing == Stuffing.ZERO && (bits & 0xff) == 0xff) {
                    out.write(0);
                }
                count = 0;
            }
        }
    }

    /** A number of {@code length} bits; negative ones as JPEG writes them, beginning with 0. */
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
