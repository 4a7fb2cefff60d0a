package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;

/** Reads the bits of a header of a coded stream, the highest of each byte first. */
final class BitReader {
    private static final int MAX_EXPONENTIAL_BITS = 30;

    private final FileBytes data;
    private long at;

    BitReader(FileBytes data) {
        this.data = data;
    }

    /** A number of up to 32 bits. */
    int read(int bits) throws ImageRejectedException {
        int value = 0;
        for (int i = 0; i < bits; i++, at++) {
            if (at / 8 >= data.length()) {
                throw HeifItems.corrupt("stream has a header that ends after " + data.length() + " bytes");
            }
            value = value << 1 | data.at((int) (at / 8)) >> (7 - at % 8) & 1;
        }
        return value;
    }

    boolean flag() throws ImageRejectedException {
        return read(1) != 0;
    }

    void skip(int bits) {
        at += bits;
    }

    /** Skips a number in Exp-Golomb code, of up to 32 bits. */
    void skipExponential() throws ImageRejectedException {
        int zeros = 0;
        while (zeros < 32 && !flag()) {
            zeros++;
        }
        at += zeros < 32 ? zeros : 0;
    }

    /** A number in Exp-Golomb code, from 0 to {@code max}. */
    int exponential(int max) throws ImageRejectedException {
        int zeros = 0;
        while (!flag()) {
            if (++zeros > MAX_EXPONENTIAL_BITS) {
                throw HeifItems.corrupt("stream has a header with a number of more than 30 bits");
            }
        }
        int value = (1 << zeros) - 1 + read(zeros);
        if (value > max) {
            throw HeifItems.corrupt("stream has a header with the number " + value + "; the most is " + max);
        }
        return value;
    }
}
