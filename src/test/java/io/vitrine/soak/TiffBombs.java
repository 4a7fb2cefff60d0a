package io.vitrine.soak;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.util.Map;

/** TIFFs whose tags, strips and tiles share their bytes, or have too many. */
final class TiffBombs {
    private static final int XZ_DICTIONARY = 64 << 20; // xz's highest level

    private final int side;
    private final Map<String, byte[]> files;

    TiffBombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() throws IOException {
        addDeep();
        addTinyParts();
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
                    grey(side, side, bits).strips(side, 1, BombBytes.deflated((long) side * side * bytes)));
            files.put(
                    "rows-per-strip-" + bits + ".tif", grey(16, 16, bits).strips(1 << 28, 1, BombBytes.deflated(512)));
            files.put(
                    "tile-32768-" + bits + ".tif",
                    grey(64, 64, bits).tiles(32_768, 32_768, 1, BombBytes.deflated(512)));
            files.put(
                    "tile-2147483632-" + bits + ".tif",
                    grey(64, 64, bits).tiles(0x7ffffff0L, 0x7ffffff0L, 1, BombBytes.deflated(512)));
            files.put(
                    "tall-tiles-" + bits + ".tif",
                    grey(16_000, 1, bits).tiles(16, 65_536, 1000, BombBytes.deflated(bytes << 20)));
            int rows = Math.min(1 << 20, side * side / 16);
            files.put(
                    "shared-strips-" + bits + ".tif",
                    grey(16, rows, bits).strips(1, rows, BombBytes.deflated(16L * bytes)));
            byte[] idle = new FileBuilder()
                    .u8(0x78)
                    .u8(1)
                    .repeated(4 << 20, new byte[] {0, 0, 0, -1, -1})
                    .build();
            files.put(
                    "shared-idle-strips-" + bits + ".tif", grey(16, 1000, bits).strips(1, 1000, idle));
            TiffBomb loop = grey(4, 4, bits).tag(34_665, 4, 1, 8).tag(330, 4, 1, 8);
            files.put("directory-loop-" + bits + ".tif", loop.strips(4, 1, BombBytes.deflated(32)));
            TiffBomb many =
                    grey(side, side, bits).tagAtData(273, 4, 0x7fffffffL, 0).tagAtData(279, 4, 0x7fffffffL, 0);
            files.put(
                    "strips-7fffffff-" + bits + ".tif",
                    many.tag(278, 4, 1, 1).tiles(16, 16, 1, BombBytes.deflated(512)));
        }
        byte[] jpeg = ScanBomb.progressive(16, 3, 30);
        files.put(
                "jpeg-scans.tif",
                new TiffBomb(16, 16, 8, 3, 6, TiffBomb.JPEG).strips(16, 1, ScanBomb.progressive(16, 3, 400)));
        files.put(
                "jpeg-larger-than-its-strip.tif",
                new TiffBomb(16, 16, 8, 3, 6, TiffBomb.JPEG).strips(16, 1, ScanBomb.resized(jpeg, 30_000, 30_000)));
    }

    /** As many parts as there may be: tiles of a single pixel, strips of a few. All share the same few bytes. */
    private void addTinyParts() throws IOException {
        int count = side * side / 8;
        byte[] xz = BombBytes.xz(1, XZ_DICTIONARY);
        Map<Integer, byte[]> pixels = Map.of(
                TiffBomb.UNCOMPRESSED,
                new byte[1],
                TiffBomb.PACK_BITS,
                new byte[2],
                TiffBomb.LZW,
                new byte[] {(byte) 0x80, 0, 0x20, 0x20},
                TiffBomb.DEFLATE,
                BombBytes.deflated(1),
                TiffBomb.ZSTD,
                Zstd.compress(new byte[1]),
                TiffBomb.LZMA,
                xz);
        pixels.forEach((compression, pixel) -> files.put(
                "tiles-of-a-pixel-" + compression + ".tif",
                new TiffBomb(side, side / 8, 8, 1, 1, compression).tiles(1, 1, count, pixel)));
        byte[] jpeg = ScanBomb.progressive(8, 1, 1);
        int rows = Math.min(count, (1 << 28) / jpeg.length);
        files.put(
                "tiles-of-16-jpeg.tif",
                new TiffBomb(side, side, 8, 1, 1, TiffBomb.JPEG)
                        .tiles(16, 16, side / 16 * (side / 16), ScanBomb.progressive(16, 1, 1)));
        files.put(
                "tiles-of-a-pixel-jpeg.tif",
                new TiffBomb(1, rows, 8, 1, 1, TiffBomb.JPEG).tiles(1, 1, rows, ScanBomb.resized(jpeg, 1, 1)));
        files.put(
                "old-jpeg-strips.tif",
                new TiffBomb(16, 16 * count, 8, 3, 6, TiffBomb.OLD_JPEG).strips(16, count, ScanBomb.baseline(16)));
        byte[] flat = ScanBomb.baseline(side);
        files.put("old-jpeg.tif", new TiffBomb(side, side, 8, 3, 6, TiffBomb.OLD_JPEG).strips(side, 1, flat));
        files.put("old-jpeg-of-255-components.tif", oldGrey(ScanBomb.baseline(side, 255, 0x11)));
        files.put("old-jpeg-grey.tif", oldGrey(ScanBomb.baseline(side, 1, 0x11)));
        files.put("old-jpeg-grey-2x2.tif", oldGrey(ScanBomb.baseline(side, 1, 0x22)));
        int strips = Math.min(1 << 20, side * side / 128);
        files.put(
                "shared-xz-strips.tif",
                grey(8, strips, 8, TiffBomb.LZMA).strips(1, strips, BombBytes.xz(8, XZ_DICTIONARY)));
        files.put(
                "xz-strips-of-their-own.tif",
                grey(8, strips, 8, TiffBomb.LZMA).separateStrips(strips, BombBytes.xz(8, XZ_DICTIONARY)));
        files.put(
                "xz.tif",
                grey(side, side, 8, TiffBomb.LZMA).strips(side, 1, BombBytes.xz((long) side * side, XZ_DICTIONARY)));
    }

    private byte[] oldGrey(byte[] jpeg) {
        return grey(side, side, 8, TiffBomb.OLD_JPEG).strips(side, 1, jpeg);
    }

    private void addDeep() throws IOException {
        long pixels = (long) side * side;
        files.put(
                "rgba16.tif",
                new TiffBomb(side, side, 16, 4, 2, TiffBomb.DEFLATE)
                        .tag(338, 3, 1, 1)
                        .strips(side, 1, BombBytes.deflated(pixels * 8)));
        files.put(
                "six-samples.tif",
                new TiffBomb(side, side, 16, 6, 2, TiffBomb.DEFLATE).strips(side, 1, BombBytes.deflated(pixels * 12)));
        files.put(
                "samples-65535.tif",
                new TiffBomb(1000, 1000, 16, 65_535, 2, TiffBomb.DEFLATE).strips(1000, 1, BombBytes.deflated(64)));
        files.put(
                "doubles.tif", grey(side, side, 64).tag(339, 3, 1, 3).strips(side, 1, BombBytes.deflated(pixels * 8)));
        files.put(
                "cmyk.tif",
                new TiffBomb(side, side, 8, 4, 5, TiffBomb.DEFLATE).strips(side, 1, BombBytes.deflated(pixels * 4)));
        byte[] jpeg = ScanBomb.progressive(16, 4, 30);
        files.put(
                "cmyk-jpeg-larger-than-its-strip.tif",
                new TiffBomb(16, 16, 8, 4, 5, TiffBomb.JPEG).strips(16, 1, ScanBomb.resized(jpeg, 30_000, 30_000)));
        files.put(
                "cmyk-jpeg-scans.tif",
                new TiffBomb(side, side, 8, 4, 5, TiffBomb.JPEG).strips(side, 1, ScanBomb.progressive(side, 4, 400)));
    }

    private static TiffBomb grey(int width, int height, int bits) {
        return grey(width, height, bits, TiffBomb.DEFLATE);
    }

    private static TiffBomb grey(int width, int height, int bits, int compression) {
        return new TiffBomb(width, height, bits, 1, 1, compression);
    }
}
