package io.vitrine.soak;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** PNMs, TGAs, PSDs, icons, cursors and bare bitmaps that claim much, or repeat what a file has once. */
final class SmallFormatBombs {
    private final int side;
    private final Map<String, byte[]> files;

    SmallFormatBombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() {
        files.put("without-data.ppm", text("P6 " + side + " " + side + " 255\n"));
        files.put("without-data-plain.ppm", text("P3 " + side + " " + side + " 255\n1 2 3"));
        files.put("sides-of-ten-digits.pgm", text("P5 9999999999 9999999999 255\n"));
        files.put(
                "comments.pgm",
                text("P2 " + "#\n".repeat(BombBytes.MANY * 10) + "2 1 255 7 " + "#\n".repeat(BombBytes.MANY) + "8\n"));
        int rows = (int) Math.min(side, (240L << 20) / (6L * side));
        files.put("words.pbm", text("P1 " + side + " " + rows + "\n" + "1 ".repeat(side * rows)));
        files.put("words.pgm", text("P2 " + side + " " + rows + " 9\n" + "1 ".repeat(side * rows)));
        files.put("words.ppm", text("P3 " + side + " " + rows + " 9\n" + "1 ".repeat(3 * side * rows)));
        files.put("ones.pbm", text("P1 " + side + " " + side / 8 + "\n" + "1".repeat(side * (side / 8))));
        files.put("runs.tga", tga(10, side, side, side * ((side + 127) / 128)));
        files.put("runs-too-few.tga", tga(10, side, side, 1000));
        files.put(
                "bits-in-runs.tga",
                new FileBuilder().bytes(tga(11, side, side, 0)).zeros(1 << 20).build());
        files.put("nops.psd", psd(side, side, side * 64L));
        files.put(
                "resources.psd",
                new FileBuilder().bytes(psd(16, 16, 0)).zeros(1 << 20).build());
        files.put(
                "entries.ico",
                new FileBuilder()
                        .le16(0)
                        .le16(1)
                        .le16(0xffff)
                        .zeros(16 * 0xffff)
                        .build());
        files.put("large-bitmap.ico", icon(dib(side, 2 * side, 1)));
        files.put(
                "large-bitmap.cur",
                new FileBuilder()
                        .le16(0)
                        .le16(2)
                        .le16(1)
                        .zeros(12)
                        .le32(22)
                        .bytes(dib(side, 2 * side, 1))
                        .build());
        files.put("without-data.dib", dib(side, side, 24));
        files.put("colours.dib", dib(16, 16, 8));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] tga(int type, int width, int height, int packets) {
        return new FileBuilder()
                .u8(0)
                .u8(0)
                .u8(type)
                .zeros(9)
                .le16(width)
                .le16(height)
                .u8(type == 11 ? 1 : 24)
                .u8(0)
                .repeated(packets, (byte) (0x80 | Math.min(127, width - 1)), (byte) 1, (byte) 2, (byte) 3)
                .build();
    }

    private static byte[] psd(int width, int height, long nops) {
        FileBuilder out = new FileBuilder().text("8BPS").be16(1).zeros(6).be16(1);
        out.be32(height).be32(width).be16(8).be16(1).be32(0).be32(0).be32(0).be16(1);
        return out.zeros(2 * height).repeated((int) nops, (byte) 0x80).build();
    }

    private static byte[] icon(byte[] dib) {
        return new FileBuilder()
                .le16(0)
                .le16(1)
                .le16(1)
                .zeros(6)
                .le16(1)
                .le32(dib.length)
                .le32(22)
                .bytes(dib)
                .build();
    }

    private static byte[] dib(int width, int height, int bits) {
        FileBuilder out =
                new FileBuilder().le32(40).le32(width).le32(height).le16(1).le16(bits);
        out.le32(0).le32(0).zeros(8).le32(bits == 8 ? 65_536 : 0).le32(0);
        return bits == 1
                ? out.zeros(8 + (width + 31) / 32 * 4 * height).build()
                : out.zeros(1000).build();
    }
}
