package io.vitrine.image.decode;

/**
 * The inverse DCT of an 8 x 8 block, with libjpeg's accurate integer method: after Loeffler, Ligtenberg and Moschytz, in fixed point
 * of 13 bits. Where damaged data exceed 16 bits, they wrap and saturate as in the vector instructions of libjpeg-turbo.
 */
final class JpegIdct {
    private static final int SIDE = 8;
    private static final int CONST_BITS = 13;
    private static final int PASS1_BITS = 2;

    // Constants of the method, times 2 to the power of 13
    private static final int C0_298631336 = 2446;
    private static final int C0_390180644 = 3196;
    private static final int C0_541196100 = 4433;
    private static final int C0_765366865 = 6270;
    private static final int C0_899976223 = 7373;
    private static final int C1_175875602 = 9633;
    private static final int C1_501321110 = 12299;
    private static final int C1_847759065 = 15137;
    private static final int C1_961570560 = 16069;
    private static final int C2_053119869 = 16819;
    private static final int C2_562915447 = 20995;
    private static final int C3_072711026 = 25172;

    private final int[] work = new int[SIDE * SIDE];

    /**
     * Transforms a block.
     *
     * @param block dequantised coefficients of 16 bits, row by row
     * @param out levels, from {@code at} on
     * @param stride from one row of {@code out} to the next
     */
    void transform(int[] block, byte[] out, int at, int stride) {
        boolean firstRowOnly = true;
        for (int i = SIDE; i < block.length; i++) {
            firstRowOnly &= block[i] == 0;
        }
        for (int x = 0; x < SIDE; x++) {
            if (firstRowOnly) {
                for (int i = x; i < work.length; i += SIDE) {
                    work[i] = (short) (block[x] << PASS1_BITS); // the same, but for overflow
                }
            } else {
                pass(block, work, x, SIDE, CONST_BITS - PASS1_BITS);
            }
        }
        for (int y = 0; y < SIDE; y++) {
            pass(work, work, y * SIDE, 1, CONST_BITS + PASS1_BITS + 3);
            for (int x = 0; x < SIDE; x++) {
                out[at + y * stride + x] = (byte) Math.max(0, Math.min(255, work[y * SIDE + x] + 128));
            }
        }
    }

    /** One dimension: eight values, {@code step} apart. Results are divided by 2 to the power of {@code shift}. */
    private static void pass(int[] in, int[] out, int from, int step, int shift) {
        int z2 = in[from + 2 * step];
        int z3 = in[from + 6 * step];
        int z1 = (z2 + z3) * C0_541196100;
        int even2 = z1 - z3 * C1_847759065;
        int even3 = z1 + z2 * C0_765366865;
        int even0 = (short) (in[from] + in[from + 4 * step]) << CONST_BITS;
        int even1 = (short) (in[from] - in[from + 4 * step]) << CONST_BITS;
        int sum0 = even0 + even3;
        int sum3 = even0 - even3;
        int sum1 = even1 + even2;
        int sum2 = even1 - even2;

        int odd0 = in[from + 7 * step];
        int odd1 = in[from + 5 * step];
        int odd2 = in[from + 3 * step];
        int odd3 = in[from + step];
        int sumEven = (short) (odd0 + odd2);
        int sumUneven = (short) (odd1 + odd3);
        int both = (sumEven + sumUneven) * C1_175875602;
        int outer = -(odd0 + odd3) * C0_899976223;
        int inner = -(odd1 + odd2) * C2_562915447;
        int even = both - sumEven * C1_961570560;
        int uneven = both - sumUneven * C0_390180644;
        odd0 = odd0 * C0_298631336 + outer + even;
        odd1 = odd1 * C2_053119869 + inner + uneven;
        odd2 = odd2 * C3_072711026 + inner + even;
        odd3 = odd3 * C1_501321110 + outer + uneven;

        int half = 1 << (shift - 1);
        out[from] = saturated((sum0 + odd3 + half) >> shift);
        out[from + 7 * step] = saturated((sum0 - odd3 + half) >> shift);
        out[from + step] = saturated((sum1 + odd2 + half) >> shift);
        out[from + 6 * step] = saturated((sum1 - odd2 + half) >> shift);
        out[from + 2 * step] = saturated((sum2 + odd1 + half) >> shift);
        out[from + 5 * step] = saturated((sum2 - odd1 + half) >> shift);
        out[from + 3 * step] = saturated((sum3 + odd0 + half) >> shift);
        out[from + 4 * step] = saturated((sum3 - odd0 + half) >> shift);
    }

    private static int saturated(int value) {
        return Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
    }
}
