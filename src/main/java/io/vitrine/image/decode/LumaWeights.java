package io.vitrine.image.decode;

import java.util.Optional;

/** How much red and blue add to luma; green adds the rest. */
record LumaWeights(float red, float blue) {
    private static final float WHITE_D65_X = 0.3127f;
    private static final float WHITE_D65_Y = 0.3290f;

    /**
     * The weights that belong to colour primaries, computed in floats as libavif and libheif do.
     *
     * @param primaries as in ISO/IEC 23091-2
     * @return empty if they are unspecified, reserved, or CIE's XYZ
     */
    static Optional<LumaWeights> ofPrimaries(int primaries) {
        return switch (primaries) {
            case 1 -> d65(0.640f, 0.330f, 0.300f, 0.600f, 0.150f, 0.060f);
            case 4 -> of(0.67f, 0.33f, 0.21f, 0.71f, 0.14f, 0.08f, 0.310f, 0.316f);
            case 5 -> d65(0.64f, 0.33f, 0.29f, 0.60f, 0.15f, 0.06f);
            case 6, 7 -> d65(0.630f, 0.340f, 0.310f, 0.595f, 0.155f, 0.070f);
            case 8 -> of(0.681f, 0.319f, 0.243f, 0.692f, 0.145f, 0.049f, 0.310f, 0.316f);
            case 9 -> d65(0.708f, 0.292f, 0.170f, 0.797f, 0.131f, 0.046f);
            case 11 -> of(0.680f, 0.320f, 0.265f, 0.690f, 0.150f, 0.060f, 0.314f, 0.351f);
            case 12 -> d65(0.680f, 0.320f, 0.265f, 0.690f, 0.150f, 0.060f);
            case 22 -> d65(0.630f, 0.340f, 0.295f, 0.605f, 0.155f, 0.077f);
            default -> Optional.empty();
        };
    }

    private static Optional<LumaWeights> d65(float rx, float ry, float gx, float gy, float bx, float by) {
        return of(rx, ry, gx, gy, bx, by, WHITE_D65_X, WHITE_D65_Y);
    }

    /** By the chromaticities of red, green, blue and white: the Y of each primary, if they make this white together. */
    private static Optional<LumaWeights> of(
            float rx, float ry, float gx, float gy, float bx, float by, float wx, float wy) {
        float rz = 1 - (rx + ry);
        float gz = 1 - (gx + gy);
        float bz = 1 - (bx + by);
        float wz = 1 - (wx + wy);
        float all = wy * (rx * (gy * bz - by * gz) + gx * (by * rz - ry * bz) + bx * (ry * gz - gy * rz));
        float red = ry * (wx * (gy * bz - by * gz) + wy * (bx * gz - gx * bz) + wz * (gx * by - bx * gy)) / all;
        float blue = by * (wx * (ry * gz - gy * rz) + wy * (gx * rz - rx * gz) + wz * (rx * gy - gx * ry)) / all;
        return Optional.of(new LumaWeights(red, blue));
    }
}
