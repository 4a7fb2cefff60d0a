package io.vitrine.image.decode;

/**
 * 8-bit CIELAB to sRGB, as Pillow converts it: by LittleCMS, which interpolates between the nodes of a {@link LabTable} in fixed
 * point. Around each colour it takes the tetrahedron of the cube's corners that contains it.
 */
final class LabColours {
    private static final char[] NODES = LabTable.build();
    private static final int B_STEP = 3;
    private static final int A_STEP = LabTable.NODES * B_STEP;
    private static final int L_STEP = LabTable.NODES * A_STEP;

    private LabColours() {}

    /**
     * Converts a pixel.
     *
     * @param l from 0 to 255
     * @param a from 0 to 255, where 128 is neutral
     * @param b the same
     */
    static void toRgb(int l, int a, int b, byte[] rgb, int at) {
        int x = place(l);
        int y = place(a);
        int z = place(b);
        int from = (x >> 16) * L_STEP + (y >> 16) * A_STEP + (z >> 16) * B_STEP;
        int lStep = l == 255 ? 0 : L_STEP;
        int aStep = a == 255 ? 0 : A_STEP;
        int bStep = b == 255 ? 0 : B_STEP;
        x &= 0xffff;
        y &= 0xffff;
        z &= 0xffff;
        // The way from the first corner to the last goes along the axes by falling distance; of equal ones, L before a
        // before b
        boolean lBeforeA = x >= y;
        boolean lBeforeB = lBeforeA && y >= z || x > z || x == z && !lBeforeA;
        boolean aBeforeB = y >= z;
        int first = lBeforeA && lBeforeB ? lStep : !lBeforeA && aBeforeB ? aStep : bStep;
        int last = !lBeforeA && !lBeforeB ? lStep : lBeforeA && !aBeforeB ? aStep : bStep;
        int whole = lStep + aStep + bStep;
        int longest = Math.max(x, Math.max(y, z));
        int shortest = Math.min(x, Math.min(y, z));
        int middle = x + y + z - longest - shortest;
        for (int c = 0; c < 3; c++, from++) {
            int c0 = NODES[from];
            int c1 = NODES[from + first];
            int c2 = NODES[from + whole - last];
            int c3 = NODES[from + whole];
            int rest = (c1 - c0) * longest + (c2 - c1) * middle + (c3 - c2) * shortest + 0x8001;
            int word = c0 + ((rest + (rest >> 16)) >> 16) & 0xffff;
            rgb[at + c] = (byte) ((word * 65_281L + 8_388_608) >> 24);
        }
    }

    /** A level's place among the nodes, in 16.16 fixed point. */
    private static int place(int level) {
        int scaled = level * 257 * (LabTable.NODES - 1);
        return scaled + (scaled + 0x7fff) / 0xffff;
    }
}
