package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.Arrays;

/**
 * Step sizes of subbands, from a QCD or QCC marker.
 *
 * @param guardBits bit planes on top of those that the exponent says
 * @param steps of each subband: the exponent, and an 11-bit mantissa below it. Subbands without one have 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Quantization(int guardBits, short[] steps) {
    static final Quantization NONE = new Quantization(0, new short[0]);

    private static final int MAX_SUBBANDS = 97;
    private static final int MANTISSA_BITS = 11;
    private static final int UNQUANTIZED = 0;
    private static final int DERIVED = 1;

    /** Reads the rest of a marker segment. What it does not say stays as in {@code earlier}. */
    static Quantization read(FileBytes segment, int offset, Quantization earlier) throws ImageRejectedException {
        int length = segment.length() - offset - 1;
        if (length < 0) {
            throw Damage.corrupt("an empty quantization marker");
        }
        int first = segment.at(offset);
        int style = first & 31;
        int size = style == UNQUANTIZED ? 1 : 2;
        int count = style == DERIVED ? 1 : length / size;
        if (count * size != length) {
            throw Damage.corrupt("a quantization of style " + style + " and " + length + " bytes");
        }
        int kept = Math.min(count, MAX_SUBBANDS);
        short[] steps =
                Arrays.copyOf(earlier.steps, style == DERIVED ? MAX_SUBBANDS : Math.max(kept, earlier.steps.length));
        for (int i = 0; i < kept; i++) {
            int at = offset + 1 + size * i;
            steps[i] = (short)
                    (size == 1 ? segment.at(at) >> 3 << MANTISSA_BITS : segment.at(at) << 8 | segment.at(at + 1));
        }
        if (style == DERIVED) {
            int exponent = (steps[0] & 0xffff) >> MANTISSA_BITS;
            int mantissa = steps[0] & (1 << MANTISSA_BITS) - 1;
            for (int i = 1; i < MAX_SUBBANDS; i++) {
                steps[i] = (short) (Math.max(0, exponent - (i - 1) / 3) << MANTISSA_BITS | mantissa);
            }
        }
        return new Quantization(first >> 5, steps);
    }

    int exponent(int subband) {
        return step(subband) >> MANTISSA_BITS;
    }

    private int step(int subband) {
        return subband < steps.length ? steps[subband] & 0xffff : 0;
    }

    /** Bit planes of a subband. */
    int bitPlanes(int subband) {
        return exponent(subband) + guardBits - 1;
    }

    /** The most bit planes of any subband. */
    int maxBitPlanes() {
        int max = 0;
        for (int i = 0; i < Math.max(1, steps.length); i++) {
            max = Math.max(max, bitPlanes(i));
        }
        return max;
    }

    /** The step size of a subband of samples that have {@code precision} bits, in single precision as OpenJPEG has it. */
    float stepSize(int subband, int precision) {
        int mantissa = step(subband) & (1 << MANTISSA_BITS) - 1;
        return (float) ((1.0 + mantissa / 2048.0) * Math.scalb(1.0, precision - exponent(subband)));
    }
}
