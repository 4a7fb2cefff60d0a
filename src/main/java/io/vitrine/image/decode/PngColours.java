package io.vitrine.image.decode;

import java.io.Serializable;
import java.util.Optional;

/**
 * How a PNG stores pixels.
 *
 * @param bitDepth bits per sample
 */
record PngColours(Kind kind, int bitDepth) implements Serializable {
    /** The colour types, with the samples of a pixel. */
    enum Kind {
        GREY(0, 1),
        RGB(2, 3),
        PALETTE(3, 1),
        GREY_ALPHA(4, 2),
        RGB_ALPHA(6, 4);

        private final int code;
        private final int samples;

        Kind(int code, int samples) {
            this.code = code;
            this.samples = samples;
        }
    }

    /** Empty for combinations that PNG does not have. */
    static Optional<PngColours> of(int bitDepth, int colourType) {
        for (Kind kind : Kind.values()) {
            boolean packed = kind == Kind.GREY || kind == Kind.PALETTE;
            boolean valid = bitDepth == 8
                    || bitDepth == 16 && kind != Kind.PALETTE
                    || packed && (bitDepth == 1 || bitDepth == 2 || bitDepth == 4);
            if (kind.code == colourType && valid) {
                return Optional.of(new PngColours(kind, bitDepth));
            }
        }
        return Optional.empty();
    }

    int bitsPerPixel() {
        return kind.samples * bitDepth;
    }

    /** Bytes in a row of {@code pixels}. */
    int rowBytes(int pixels) {
        return (int) (((long) pixels * bitsPerPixel() + 7) / 8);
    }

    /** Bytes that the transparent colour ({@code tRNS}) has at least, where there is one. */
    int transparencyBytes() {
        return kind == Kind.GREY ? 2 : kind == Kind.RGB ? 6 : 0;
    }
}
