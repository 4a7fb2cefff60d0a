package io.vitrine.image.jpeg2000;

/** What the decoder knows of a coefficient and its neighbours, as flags, and the contexts that follow from it. */
final class BlockContexts {
    // Significant neighbours: a set flag means that the coefficient there is not zero.
    static final int NORTH_WEST = 1;
    static final int NORTH_EAST = 1 << 1;
    static final int SOUTH_WEST = 1 << 2;
    static final int SOUTH_EAST = 1 << 3;
    static final int NORTH = 1 << 4;
    static final int SOUTH = 1 << 5;
    static final int WEST = 1 << 6;
    static final int EAST = 1 << 7;
    /** All of the above. */
    static final int NEIGHBOURS = 0xff;

    // Neighbours that are negative.
    static final int NORTH_NEGATIVE = 1 << 8;
    static final int SOUTH_NEGATIVE = 1 << 9;
    static final int WEST_NEGATIVE = 1 << 10;
    static final int EAST_NEGATIVE = 1 << 11;

    /** The coefficient itself is not zero. */
    static final int SIGNIFICANT = 1 << 12;
    /** The significance pass of this bit plane has been there. */
    static final int VISITED = 1 << 13;
    /** A refinement pass has been there. */
    static final int REFINED = 1 << 14;

    /** Index of {@link #SIGN} in flags, after a shift by this. */
    static final int SIGN_SHIFT = 4;

    /** By {@link Subband#orientation}: contexts of significance, by neighbours. */
    static final byte[][] SIGNIFICANCE = new byte[4][256];

    /** By the 8 flags from {@link #NORTH} on: the context of a sign, plus {@link #FLIPPED} if it is stored inverted. */
    static final byte[] SIGN = new byte[256];

    static final int FLIPPED = 32;

    private static final int FIRST_SIGN = 9;

    static {
        for (int flags = 0; flags < 256; flags++) {
            int horizontal = bit(flags, WEST) + bit(flags, EAST);
            int vertical = bit(flags, NORTH) + bit(flags, SOUTH);
            int diagonal = Integer.bitCount(flags & (NORTH_WEST | NORTH_EAST | SOUTH_WEST | SOUTH_EAST));
            SIGNIFICANCE[0][flags] = (byte) significance(horizontal, vertical, diagonal);
            SIGNIFICANCE[1][flags] = (byte) significance(vertical, horizontal, diagonal);
            SIGNIFICANCE[2][flags] = SIGNIFICANCE[0][flags];
            SIGNIFICANCE[3][flags] = (byte) diagonalSignificance(horizontal + vertical, diagonal);
            SIGN[flags] = (byte) sign(flags << SIGN_SHIFT);
        }
    }

    private BlockContexts() {}

    private static int bit(int flags, int flag) {
        return (flags & flag) == 0 ? 0 : 1;
    }

    private static int significance(int along, int across, int diagonal) {
        if (along == 2) {
            return 8;
        } else if (along == 1) {
            return across > 0 ? 7 : diagonal > 0 ? 6 : 5;
        } else if (across > 0) {
            return across == 2 ? 4 : 3;
        }
        return Math.min(diagonal, 2);
    }

    private static int diagonalSignificance(int straight, int diagonal) {
        return switch (diagonal) {
            case 0 -> Math.min(straight, 2);
            case 1 -> 3 + Math.min(straight, 2);
            case 2 -> straight > 0 ? 7 : 6;
            default -> 8;
        };
    }

    private static int sign(int flags) {
        int horizontal = contribution(flags, WEST, WEST_NEGATIVE) + contribution(flags, EAST, EAST_NEGATIVE);
        int vertical = contribution(flags, NORTH, NORTH_NEGATIVE) + contribution(flags, SOUTH, SOUTH_NEGATIVE);
        int h = Integer.signum(horizontal);
        int v = Integer.signum(vertical);
        boolean flipped = h < 0 || h == 0 && v < 0;
        int context = h == 0 ? Math.abs(v) : 3 + (flipped ? -v : v);
        return FIRST_SIGN + context | (flipped ? FLIPPED : 0);
    }

    private static int contribution(int flags, int significant, int negative) {
        return bit(flags, significant) * (1 - 2 * bit(flags, negative));
    }
}
