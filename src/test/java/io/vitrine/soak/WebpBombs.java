package io.vitrine.soak;

import java.util.Map;

/** WebP files of many frames, and of canvases that do not fit. */
final class WebpBombs {
    private final int side;
    private final Map<String, byte[]> files;

    WebpBombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() {
        byte[] small = lossless(16);
        byte[] canvas = riffChunk(
                "VP8X",
                new FileBuilder().u8(2).zeros(3).bytes(le24(15)).bytes(le24(15)).build());
        byte[] animation = riffChunk("ANIM", new byte[6]);
        byte[] frame = riffChunk(
                "ANMF",
                new FileBuilder()
                        .zeros(6)
                        .bytes(le24(15))
                        .bytes(le24(15))
                        .zeros(4)
                        .bytes(small)
                        .build());
        files.put("large.webp", webp(lossless(side)));
        files.put("sides-16384.webp", webp(lossless(16_384)));
        files.put(
                "frames.webp",
                webp(
                        canvas,
                        animation,
                        new FileBuilder().repeated(BombBytes.MANY, frame).build()));
        byte[] still = riffChunk(
                "VP8X",
                new FileBuilder().u8(8).zeros(3).bytes(le24(15)).bytes(le24(15)).build());
        files.put("tags.webp", webp(still, small, riffChunk("EXIF", TiffBomb.overlappingTags(1 << 20, 4096))));
        files.put("small-canvas.webp", webp(still, lossless(side)));
    }

    /** A lossless picture of one colour. */
    private static byte[] lossless(int side) {
        int size = side - 1 | side - 1 << 14;
        byte[] data = {0x07, 0x10, 0x11, (byte) 0xfd, 0x0f, 0x44, 0x44, (byte) 0xff, 0x03};
        return riffChunk(
                "VP8L", new FileBuilder().u8(0x2f).le32(size).bytes(data).build());
    }

    private static byte[] le24(int value) {
        return new FileBuilder().le16(value).u8(value >> 16).build();
    }

    private static byte[] riffChunk(String type, byte... data) {
        return new FileBuilder()
                .text(type)
                .le32(data.length)
                .bytes(data)
                .zeros(data.length & 1)
                .build();
    }

    private static byte[] webp(byte[]... chunks) {
        FileBuilder body = new FileBuilder().text("WEBP");
        for (byte[] chunk : chunks) {
            body.bytes(chunk);
        }
        return new FileBuilder()
                .text("RIFF")
                .le32(body.length())
                .bytes(body.build())
                .build();
    }
}
