package io.vitrine.gpu;

import java.io.ByteArrayOutputStream;

/** Writes bits, highest first. */
final class BitWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int count;

    void write(int value, int length) {
        for (int i = length - 1; i >= 0; i--) {
            current = current << 1 | value >> i & 1;
            if (++count == 8) {
                bytes.write(current);
                current = 0;
                count = 0;
            }
        }
    }

    /** A number of {@code length} bits; negative ones as JPEG writes them. */
    void writeSigned(int value, int length) {
        write(value < 0 ? value + (1 << length) - 1 : value, length);
    }

    /** All bytes; the last is filled with ones. */
    byte[] end() {
        while (count > 0) {
            write(1, 1);
        }
        return bytes.toByteArray();
    }
}
