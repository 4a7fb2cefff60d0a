package io.vitrine.soak;

import io.vitrine.image.Pictures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Small files that ask for much memory or time, by name. All are written here, field by field. */
final class Bombs {
    private static final int EXIF_BYTES = 65_000;
    private static final int MAX_IN_64K = (EXIF_BYTES - 14) / 12;
    private static final int MANY = 50_000;

    private final int side;
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private Bombs(int side) {
        this.side = side;
    }

    /** @param side of the largest images, in pixels; a multiple of 16 */
    static Map<String, byte[]> of(int side) {
        Bombs bombs = new Bombs(side);
        try {
            bombs.jpegs();
            bombs.pngs();
            bombs.gifs();
            bombs.bmps();
            bombs.webps();
            bombs.tiffs();
            bombs.deepTiffs();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bombs.files;
    }

    private void jpegs() {
        byte[] picture = Pictures.drawn("jpg", 40, 30, 1);
        byte[] tags = TiffBomb.overlappingTags(EXIF_BYTES, MAX_IN_64K);
        byte[] exif =
                segment(0xe1, new FileBuilder().text("Exif\0\0").bytes(tags).build());
        byte[] cutExif = segment(
                0xe1, new FileBuilder().text("Exif\0\0II*\0\u00ff\u00ff").build());
        files.put("tags.jpg", inserted(picture, 2, exif));
        files.put(
                "tags-often.jpg",
                inserted(picture, 2, new FileBuilder().repeated(100, exif).build()));
        files.put(
                "cut-exif-often.jpg",
                inserted(picture, 2, new FileBuilder().repeated(MANY, cutExif).build()));
        files.put(
                "comments.jpg",
                inserted(
                        picture,
                        2,
                        new FileBuilder().repeated(MANY, segment(0xfe)).build()));
        byte[] profile = segment(
                0xe2,
                new FileBuilder().text("ICC_PROFILE\0\1\u00ff").zeros(65_000).build());
        files.put(
                "profiles.jpg",
                inserted(picture, 2, new FileBuilder().repeated(100, profile).build()));
        byte[] fill = new byte[1 << 20];
        Arrays.fill(fill, (byte) 0xff);
        files.put("fill.jpg", inserted(picture, 2, fill));
        String xmp = "http://ns.adobe.com/xap/1.0/\0" + "tiff:Orientation".repeat(4000);
        files.put(
                "xmp.jpg",
                inserted(picture, 2, segment(0xe1, new FileBuilder().text(xmp).build())));
        files.put("large-without-data.jpg", ScanBomb.resized(picture, side, side));
        files.put("cmyk-without-data.jpg", ScanBomb.resized(Pictures.oracle("cmyk.jpg"), side, side));
        files.put("sides-65500.jpg", ScanBomb.resized(picture, 65_500, 65_500));
        files.put("scans-20000.jpg", ScanBomb.progressive(side / 4, 3, 20_000));
        files.put("scans-of-a-large-image.jpg", ScanBomb.progressive(side, 3, 400));
        files.put("scans-within-the-limits.jpg", ScanBomb.progressive(side, 3, 25));
        files.put("cmyk-scans-within-the-limits.jpg", ScanBomb.progressive(side, 4, 24));
        files.put("scans-of-one-block.jpg", ScanBomb.progressive(8, 1, 490));
    }

    private static byte[] segment(int marker, byte... data) {
        return new FileBuilder()
                .u8(0xff)
                .u8(marker)
                .be16(data.length + 2)
                .bytes(data)
                .build();
    }

    private void pngs() throws IOException {
        byte[] picture = Pictures.drawn("png", 40, 30, 1);
        byte[] text = "a\0\0".getBytes(StandardCharsets.ISO_8859_1);
        byte[] bomb = new FileBuilder().bytes(text).bytes(deflated(16L << 20)).build();
        files.put("tags.png", inserted(picture, 33, chunk("eXIf", TiffBomb.overlappingTags(1 << 20, 4096))));
        for (String type : new String[] {"zTXt", "iCCP"}) {
            files.put(type + ".png", inserted(picture, 33, chunk(type, bomb)));
            byte[] often = new FileBuilder().repeated(200, chunk(type, bomb)).build();
            files.put(type + "-often.png", inserted(picture, 33, often));
            files.put(type + "-at-the-end.png", inserted(picture, picture.length - 12, often));
        }
        files.put(
                "texts.png",
                inserted(
                        picture,
                        33,
                        new FileBuilder().repeated(MANY, chunk("tEXt", text)).build()));
        files.put("sides-50000.png", png(50_000, 50_000, 8, 2, 0, new byte[10]));
        files.put("width-1000000.png", png(1_000_000, 1, 8, 2, 0, deflated(3_000_001)));
        long pixels = (long) side * side;
        files.put("rgb.png", png(side, side, 8, 2, 0, deflated(pixels * 3 + side)));
        files.put("bits.png", png(side, side, 1, 0, 0, deflated(pixels / 8 + side)));
        files.put("rgba16.png", png(side, side, 16, 6, 0, deflated(pixels * 8 + side)));
        files.put("grey16.png", png(side, side, 16, 0, 0, deflated(pixels * 2 + side)));
        files.put("grey16-interlaced.png", png(side, side, 16, 0, 1, deflated(pixels * 2 + 2L * side)));
        byte[] endless = png(side, side, 16, 6, 0, deflated(pixels * 8 + side));
        files.put("rgba16-without-end.png", Arrays.copyOf(endless, endless.length - 12));
        files.put("more-data-than-pixels.png", png(16, 16, 8, 2, 0, deflated(64L << 20)));
        byte[] frame = chunk("fcTL", new byte[26]);
        files.put(
                "frames.png",
                inserted(picture, 33, new FileBuilder().repeated(MANY, frame).build()));
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

    private void gifs() {
        byte[] picture = Pictures.oracle("trans.gif");
        byte[] comment = {0x21, (byte) 0xfe, 1, 'a', 0};
        int afterPalette = 13 + 3 * (2 << (picture[10] & 7));
        files.put(
                "comments.gif",
                inserted(
                        picture,
                        afterPalette,
                        new FileBuilder().repeated(MANY, comment).build()));
        byte[] frame = new FileBuilder()
                .u8(0x2c)
                .zeros(4)
                .le16(1)
                .le16(1)
                .bytes(new byte[] {0, 2, 2, 0x4c, 1, 0})
                .build();
        files.put(
                "frames.gif",
                inserted(
                        picture,
                        picture.length - 1,
                        new FileBuilder().repeated(MANY, frame).build()));
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

    private void bmps() {
        byte[] run = {(byte) 0xff, 1};
        byte[] end = {0, 1};
        byte[] skips = new FileBuilder()
                .repeated(MANY, new byte[] {0, 2, -1, -1})
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

    private void webps() {
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
                webp(canvas, animation, new FileBuilder().repeated(MANY, frame).build()));
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

    private void tiffs() throws IOException {
        files.put("tags.tif", TiffBomb.overlappingTags(1 << 20, 4096));
        files.put("too-many-tags.tif", TiffBomb.overlappingTags(1 << 20, 65_535));
        for (int bits : new int[] {8, 16}) {
            int bytes = bits / 8;
            TiffBomb shared = new TiffBomb(4, 4, bits, 1, 1, TiffBomb.UNCOMPRESSED);
            for (int i = 0; i < 4000; i++) {
                shared.tagAtData(40_000 + i, 1, 1 << 20, 0);
            }
            files.put("tags-of-a-picture-" + bits + ".tif", shared.strips(4, 1, new byte[1 << 20]));
            files.put(
                    "deflated-" + bits + ".tif",
                    grey(side, side, bits).strips(side, 1, deflated((long) side * side * bytes)));
            files.put("rows-per-strip-" + bits + ".tif", grey(16, 16, bits).strips(1 << 28, 1, deflated(512)));
            files.put("tile-32768-" + bits + ".tif", grey(64, 64, bits).tiles(32_768, 32_768, 1, deflated(512)));
            files.put(
                    "tile-2147483632-" + bits + ".tif",
                    grey(64, 64, bits).tiles(0x7ffffff0L, 0x7ffffff0L, 1, deflated(512)));
            files.put(
                    "tall-tiles-" + bits + ".tif",
                    grey(16_000, 1, bits).tiles(16, 65_536, 1000, deflated(bytes << 20)));
            int rows = Math.min(1 << 20, side * side / 16);
            files.put("shared-strips-" + bits + ".tif", grey(16, rows, bits).strips(1, rows, deflated(16L * bytes)));
            byte[] idle = new FileBuilder()
                    .u8(0x78)
                    .u8(1)
                    .repeated(4 << 20, new byte[] {0, 0, 0, -1, -1})
                    .build();
            files.put(
                    "shared-idle-strips-" + bits + ".tif", grey(16, 1000, bits).strips(1, 1000, idle));
            TiffBomb loop = grey(4, 4, bits).tag(34_665, 4, 1, 8).tag(330, 4, 1, 8);
            files.put("directory-loop-" + bits + ".tif", loop.strips(4, 1, deflated(32)));
            TiffBomb many =
                    grey(side, side, bits).tagAtData(273, 4, 0x7fffffffL, 0).tagAtData(279, 4, 0x7fffffffL, 0);
            files.put("strips-7fffffff-" + bits + ".tif", many.tag(278, 4, 1, 1).tiles(16, 16, 1, deflated(512)));
        }
        byte[] jpeg = ScanBomb.progressive(16, 3, 30);
        files.put(
                "jpeg-scans.tif",
                new TiffBomb(16, 16, 8, 3, 6, TiffBomb.JPEG).strips(16, 1, ScanBomb.progressive(16, 3, 400)));
        files.put(
                "jpeg-larger-than-its-strip.tif",
                new TiffBomb(16, 16, 8, 3, 6, TiffBomb.JPEG).strips(16, 1, ScanBomb.resized(jpeg, 30_000, 30_000)));
    }

    private void deepTiffs() throws IOException {
        long pixels = (long) side * side;
        files.put(
                "rgba16.tif",
                new TiffBomb(side, side, 16, 4, 2, TiffBomb.DEFLATE)
                        .tag(338, 3, 1, 1)
                        .strips(side, 1, deflated(pixels * 8)));
        files.put(
                "six-samples.tif",
                new TiffBomb(side, side, 16, 6, 2, TiffBomb.DEFLATE).strips(side, 1, deflated(pixels * 12)));
        files.put(
                "samples-65535.tif",
                new TiffBomb(1000, 1000, 16, 65_535, 2, TiffBomb.DEFLATE).strips(1000, 1, deflated(64)));
        files.put("doubles.tif", grey(side, side, 64).tag(339, 3, 1, 3).strips(side, 1, deflated(pixels * 8)));
        files.put(
                "cmyk.tif", new TiffBomb(side, side, 8, 4, 5, TiffBomb.DEFLATE).strips(side, 1, deflated(pixels * 4)));
        byte[] jpeg = ScanBomb.progressive(16, 4, 30);
        files.put(
                "cmyk-jpeg-larger-than-its-strip.tif",
                new TiffBomb(16, 16, 8, 4, 5, TiffBomb.JPEG).strips(16, 1, ScanBomb.resized(jpeg, 30_000, 30_000)));
        files.put(
                "cmyk-jpeg-scans.tif",
                new TiffBomb(side, side, 8, 4, 5, TiffBomb.JPEG).strips(side, 1, ScanBomb.progressive(side, 4, 400)));
    }

    private static TiffBomb grey(int width, int height, int bits) {
        return new TiffBomb(width, height, bits, 1, 1, TiffBomb.DEFLATE);
    }

    /** {@code count} zero bytes in zlib's form. */
    private static byte[] deflated(long count) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 16];
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(9), 1 << 16)) {
            for (long left = count; left > 0; left -= zeros.length) {
                deflater.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        }
        return out.toByteArray();
    }

    private static byte[] inserted(byte[] file, int at, byte[] more) {
        return new FileBuilder()
                .bytes(Arrays.copyOf(file, at))
                .bytes(more)
                .bytes(Arrays.copyOfRange(file, at, file.length))
                .build();
    }
}
