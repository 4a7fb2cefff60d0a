package io.vitrine.soak;

/** Progressive JPEGs of many scans that hold next to nothing. */
final class ScanBomb {
    private static final int MAX_RUN = 32_766; // of blocks without coefficients

    private ScanBomb() {}

    /**
     * A grey square of {@code components} equal channels.
     *
     * @param scans after the first two of each channel, all of the first channel's AC coefficients
     */
    static byte[] progressive(int side, int components, int scans) {
        FileBuilder out = new FileBuilder().be16(0xffd8).be16(0xffdb).be16(67).u8(0);
        out.repeated(64, (byte) 1);
        out.be16(0xffc2).be16(8 + 3 * components).u8(8).be16(side).be16(side).u8(components);
        for (int c = 1; c <= components; c++) {
            out.u8(c).u8(0x11).u8(0);
        }
        // DC: one code of 1 bit, category 0. AC: 0 is a run of 2^14 blocks and more, 10 the end of a block.
        out.be16(0xffc4).be16(20).u8(0).u8(1).zeros(15).u8(0);
        out.be16(0xffc4).be16(21).u8(0x10).u8(1).u8(1).zeros(14).u8(0xe0).u8(0);
        int blocks = ((side + 7) / 8) * ((side + 7) / 8);
        for (int c = 1; c <= components; c++) {
            out.bytes(scanHeader(c, 0, 0)).zeros((blocks + 7) / 8);
        }
        byte[] runs = runs(blocks);
        for (int c = 1; c <= components; c++) {
            out.bytes(scanHeader(c, 1, 63)).bytes(runs);
        }
        byte[] scan = new FileBuilder().bytes(scanHeader(1, 1, 63)).bytes(runs).build();
        return out.repeated(scans, scan).be16(0xffd9).build();
    }

    /** A grey square of three equal channels, in two bits for each block. */
    static byte[] baseline(int side) {
        return baseline(side, 3, 0x11);
    }

    /** @param sampling of the first component: columns in the high half, rows in the low one */
    static byte[] baseline(int side, int components, int sampling) {
        FileBuilder out = new FileBuilder().be16(0xffd8).be16(0xffdb).be16(67).u8(0);
        out.repeated(64, (byte) 1);
        out.be16(0xffc0).be16(8 + 3 * components).u8(8).be16(side).be16(side).u8(components);
        for (int c = 1; c <= components; c++) {
            out.u8(c).u8(c == 1 ? sampling : 0x11).u8(0);
        }
        out.be16(0xffc4).be16(20).u8(0).u8(1).zeros(15).u8(0);
        out.be16(0xffc4).be16(20).u8(0x10).u8(1).zeros(15).u8(0);
        out.be16(0xffda).be16(6 + 2 * components).u8(components);
        for (int c = 1; c <= components; c++) {
            out.u8(c).u8(0);
        }
        int blocks = ((side + 7) / 8) * ((side + 7) / 8);
        int needed = Math.min(components, 3) * blocks; // of two bits
        return out.u8(0).u8(63).u8(0).zeros((needed + 3) / 4).be16(0xffd9).build();
    }

    private static byte[] scanHeader(int component, int from, int to) {
        return new FileBuilder()
                .be16(0xffda)
                .be16(8)
                .u8(1)
                .u8(component)
                .u8(0)
                .u8(from)
                .u8(to)
                .u8(0)
                .build();
    }

    private static byte[] runs(int blocks) {
        StringBuilder bits = new StringBuilder();
        int left = blocks;
        while (left >= 1 << 14) {
            int run = Math.min(left, MAX_RUN);
            String extra = Integer.toBinaryString(run - (1 << 14));
            bits.append('0').append("0".repeat(14 - extra.length())).append(extra);
            left -= run;
        }
        bits.append("10".repeat(left));
        bits.append("1".repeat(7 - (bits.length() + 7) % 8));
        FileBuilder out = new FileBuilder();
        for (int i = 0; i < bits.length(); i += 8) {
            int value = Integer.parseInt(bits.substring(i, i + 8), 2);
            out.u8(value);
            if (value == 0xff) {
                out.u8(0);
            }
        }
        return out.build();
    }

    /** The JPEG with another size in its frame header. */
    static byte[] resized(byte[] jpeg, int width, int height) {
        byte[] resized = jpeg.clone();
        int at = 2;
        while ((resized[at + 1] & 0xff) > 0xc2) {
            at += 2 + ((resized[at + 2] & 0xff) << 8 | resized[at + 3] & 0xff);
        }
        resized[at + 5] = (byte) (height >> 8);
        resized[at + 6] = (byte) height;
        resized[at + 7] = (byte) (width >> 8);
        resized[at + 8] = (byte) width;
        return resized;
    }
}
