package io.vitrine.soak;

import io.vitrine.image.Pictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;

/** PNGs whose chunks unpack to far more than they hold. */
final class PngBombs {
    private final int side;
    private final Map<String, byte[]> files;

    PngBombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() throws IOException {
        byte[] picture = Pictures.drawn("png", 40, 30, 1);
        byte[] text = "a\0\0".getBytes(StandardCharsets.ISO_8859_1);
        byte[] bomb = new FileBuilder()
                .bytes(text)
                .bytes(BombBytes.deflated(16L << 20))
                .build();
        files.put("tags.png", BombBytes.inserted(picture, 33, chunk("eXIf", TiffBomb.overlappingTags(1 << 20, 4096))));
        for (String type : new String[] {"zTXt", "iCCP"}) {
            files.put(type + ".png", BombBytes.inserted(picture, 33, chunk(type, bomb)));
            byte[] often = new FileBuilder().repeated(200, chunk(type, bomb)).build();
            files.put(type + "-often.png", BombBytes.inserted(picture, 33, often));
            files.put(type + "-at-the-end.png", BombBytes.inserted(picture, picture.length - 12, often));
        }
        files.put(
                "texts.png",
                BombBytes.inserted(
                        picture,
                        33,
                        new FileBuilder()
                                .repeated(BombBytes.MANY, chunk("tEXt", text))
                                .build()));
        files.put("sides-50000.png", png(50_000, 50_000, 8, 2, 0, new byte[10]));
        files.put("width-1000000.png", png(1_000_000, 1, 8, 2, 0, BombBytes.deflated(3_000_001)));
        long pixels = (long) side * side;
        files.put("rgb.png", png(side, side, 8, 2, 0, BombBytes.deflated(pixels * 3 + side)));
        files.put("bits.png", png(side, side, 1, 0, 0, BombBytes.deflated(pixels / 8 + side)));
        files.put("rgba16.png", png(side, side, 16, 6, 0, BombBytes.deflated(pixels * 8 + side)));
        files.put("grey16.png", png(side, side, 16, 0, 0, BombBytes.deflated(pixels * 2 + side)));
        files.put("grey16-interlaced.png", png(side, side, 16, 0, 1, BombBytes.deflated(pixels * 2 + 2L * side)));
        byte[] endless = png(side, side, 16, 6, 0, BombBytes.deflated(pixels * 8 + side));
        files.put("rgba16-without-end.png", Arrays.copyOf(endless, endless.length - 12));
        files.put("more-data-than-pixels.png", png(16, 16, 8, 2, 0, BombBytes.deflated(64L << 20)));
        FileBuilder frames = new FileBuilder();
        for (int i = 0; i < BombBytes.MANY; i++) {
            frames.bytes(chunk(
                    "fcTL",
                    new FileBuilder().be32(i).be32(40).be32(30).zeros(14).build()));
        }
        files.put("frames.png", BombBytes.inserted(picture, 33, frames.build()));
    }

    private static byte[] png(int width, int height, int depth, int colours, int interlace, byte[] data) {
        byte[] header = new FileBuilder()
                .be32(width)
                .be32(height)
                .bytes((byte) depth, (byte) colours, (byte) 0, (byte) 0, (byte) interlace)
                .build();
        return new FileBuilder()
                .text("\u0089PNG\r\n\u001a\n")
                .bytes(chunk("IHDR", header))
                .bytes(chunk("IDAT", data))
                .bytes(chunk("IEND"))
                .build();
    }

    private static byte[] chunk(String type, byte... data) {
        byte[] checked = new FileBuilder().text(type).bytes(data).build();
        CRC32 crc = new CRC32();
        crc.update(checked);
        return new FileBuilder()
                .be32(data.length)
                .bytes(checked)
                .be32(crc.getValue())
                .build();
    }
}
