package io.vitrine.gpu;

/** Reads bits, highest first; zeros behind the end. */
final class BitReader {
    private final byte[] bytes;
    private int at; // bit

    BitReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int read(int length) {
        int value = 0;
        for (int i = 0; i < length; i++, at++) {
            value = value << 1 | (at < 8 * bytes.length ? bytes[at / 8] >> (7 - at % 8) & 1 : 0);
        }
        return value;
    }

    /** A number of {@code length} bits; those that begin with 0 stand for negative ones. */
    int readSigned(int length) {
        int value = read(length);
        return length > 0 && value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
    }

    /** Bits that are left; negative if more were read. */
    int left() {
        return 8 * bytes.length - at;
    }
}
