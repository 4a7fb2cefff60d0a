package io.vitrine.soak;

import java.util.Map;

/** BMPs of few runs and many pixels. */
final class BmpBombs {
    private final int side;
    private final Map<String, byte[]> files;

    BmpBombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() {
        byte[] run = {(byte) 0xff, 1};
        byte[] end = {0, 1};
        byte[] skips = new FileBuilder()
                .repeated(BombBytes.MANY, new byte[] {0, 2, -1, -1})
                .bytes(end)
                .build();
        files.put(
                "rle8.bmp",
                bmp(
                        side,
                        side,
                        8,
                        1,
                        new FileBuilder().repeated(100, run).bytes(end).build()));
        files.put(
                "rle4.bmp",
                bmp(
                        side,
                        side,
                        4,
                        2,
                        new FileBuilder().repeated(100, run).bytes(end).build()));
        files.put("rle8-skips.bmp", bmp(side, side, 8, 1, skips));
        files.put("rle8-ends.bmp", bmp(side, side, 8, 1, new byte[1 << 20]));
        files.put("rle16.bmp", bmp(side, side, 16, 1, new byte[80]));
        files.put("without-data.bmp", bmp(side, side, 24, 0, new byte[0]));
        files.put("sides-50000.bmp", bmp(50_000, 50_000, 8, 1, end));
        files.put("negative.bmp", bmp(4, Integer.MIN_VALUE, 24, 0, new byte[64]));
    }

    private static byte[] bmp(int width, int height, int bits, int compression, byte[] data) {
        return new FileBuilder()
                .text("BM")
                .le32(1078L + data.length)
                .le32(0)
                .le32(1078)
                .le32(40)
                .le32(width)
                .le32(height)
                .le16(1)
                .le16(bits)
                .le32(compression)
                .le32(data.length)
                .zeros(8)
                .le32(bits > 8 ? 0 : 1 << bits)
                .le32(0)
                .repeated(256, new byte[] {1, 2, 3, 0})
                .bytes(data)
                .build();
    }
}
