package io.vitrine.soak;

import io.vitrine.image.Pictures;
import java.util.Map;

/** GIFs with endless comments, frames and strings. */
final class GifBombs {
    private final int side;
    private final Map<String, byte[]> files;

    GifBombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() {
        byte[] picture = Pictures.oracle("trans.gif");
        byte[] comment = {0x21, (byte) 0xfe, 1, 'a', 0};
        int afterPalette = 13 + 3 * (2 << (picture[10] & 7));
        files.put(
                "comments.gif",
                BombBytes.inserted(
                        picture,
                        afterPalette,
                        new FileBuilder().repeated(BombBytes.MANY, comment).build()));
        byte[] frame = new FileBuilder()
                .u8(0x2c)
                .zeros(4)
                .le16(1)
                .le16(1)
                .bytes(new byte[] {0, 2, 2, 0x4c, 1, 0})
                .build();
        files.put(
                "frames.gif",
                BombBytes.inserted(
                        picture,
                        picture.length - 1,
                        new FileBuilder().repeated(BombBytes.MANY, frame).build()));
        files.put("sides-50000.gif", gif(50_000, 1, new byte[] {2, 2, 0x4c, 1, 0}));
        files.put("canvas.gif", gif(side, 1, new byte[] {2, 2, 0x4c, 1, 0}));
        files.put("frame-without-data.gif", gif(side, side, new byte[] {2, 2, 0x4c, 1, 0}));
        FileBuilder strings = new FileBuilder().u8(8);
        strings.bytes(lzwOfZeros(1 << 20));
        files.put("long-strings.gif", gif(1, 1, strings.u8(0).build()));
        files.put(
                "large-of-long-strings.gif",
                gif(
                        side,
                        side,
                        new FileBuilder().u8(8).bytes(lzwOfZeros(8 << 20)).u8(0).build()));
    }

    /** Sub-blocks of codes whose strings grow by one pixel each, up to 3,838; then the longest, over and over. */
    private static byte[] lzwOfZeros(int codes) {
        FileBuilder out = new FileBuilder();
        FileBuilder block = new FileBuilder();
        long bits = 0;
        int count = 0;
        int codeBits = 9;
        for (int i = 0; i < codes; i++) {
            int code = i == 0 ? 256 : i == 1 ? 0 : Math.min(4095, 256 + i);
            bits |= (long) code << count;
            count += codeBits;
            while (count >= 8) {
                block.u8((int) bits & 0xff);
                bits >>>= 8;
                count -= 8;
                if (block.length() == 255) {
                    out.u8(255).bytes(block.build());
                    block = new FileBuilder();
                }
            }
            if (i > 1 && 256 + i == (1 << codeBits) - 1 && codeBits < 12) {
                codeBits++;
            }
        }
        return out.u8(block.length()).bytes(block.build()).build();
    }

    private static byte[] gif(int canvas, int frame, byte[] data) {
        return new FileBuilder()
                .text("GIF89a")
                .le16(canvas)
                .le16(canvas)
                .bytes(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, -1, -1, -1})
                .u8(0x2c)
                .le32(0)
                .le16(frame)
                .le16(frame)
                .u8(0)
                .bytes(data)
                .u8(0x3b)
                .build();
    }
}
