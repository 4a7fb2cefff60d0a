package io.vitrine.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A little-endian TIFF of one's own tags. */
final class TiffBomb {
    static final int UNCOMPRESSED = 1;
    static final int LZW = 5;
    static final int OLD_JPEG = 6;
    static final int JPEG = 7;
    static final int DEFLATE = 8;
    static final int PACK_BITS = 32_773;
    static final int LZMA = 34_925;
    static final int ZSTD = 50_000;

    private static final int DIRECTORY = 8;

    private final TreeMap<Integer, long[]> tags = new TreeMap<>(); // type, count, value
    private final List<Integer> atData = new ArrayList<>();

    /** An image in one strip. */
    TiffBomb(int width, int height, int bits, int samples, int photometric, int compression) {
        tag(256, 4, 1, width);
        tag(257, 4, 1, height);
        tag(258, 3, 1, bits);
        tag(259, 3, 1, compression);
        tag(262, 3, 1, photometric);
        tag(277, 3, 1, samples);
    }

    /** @param type 1 byte, 3 short, 4 long */
    TiffBomb tag(int tag, int type, long count, long value) {
        tags.put(tag, new long[] {type, count, value});
        return this;
    }

    /** A tag whose values lie {@code offset} bytes after the start of the data. */
    TiffBomb tagAtData(int tag, int type, long count, long offset) {
        atData.add(tag);
        return tag(tag, type, count, offset);
    }

    /** Strips of {@code rows} rows; {@code count} of them, all with the same {@code data}. */
    byte[] strips(int rows, int count, byte[] data) {
        return tag(278, 4, 1, rows).parts(273, 279, count, data);
    }

    /** Strips of one row, each with {@code data} of its own. */
    byte[] separateStrips(int count, byte[] data) {
        int length = data.length;
        tag(278, 4, 1, 1);
        tagAtData(273, 4, count, 0).tagAtData(279, 4, count, 4L * count);
        FileBuilder all = new FileBuilder();
        for (int i = 0; i < count; i++) {
            all.le32(dataOffset() + 8L * count + (long) i * length);
        }
        for (int i = 0; i < count; i++) {
            all.le32(length);
        }
        for (int i = 0; i < count; i++) {
            all.bytes(data);
        }
        return build(all.build());
    }

    /** Tiles, all with the same {@code data}. */
    byte[] tiles(long width, long height, int count, byte[] data) {
        return tag(322, 4, 1, width).tag(323, 4, 1, height).parts(324, 325, count, data);
    }

    private byte[] parts(int offsets, int lengths, int count, byte[] data) {
        if (count == 1) {
            return tagAtData(offsets, 4, 1, 0).tag(lengths, 4, 1, data.length).build(data);
        }
        tagAtData(offsets, 4, count, data.length).tagAtData(lengths, 4, count, data.length + 4L * count);
        FileBuilder all = new FileBuilder().bytes(data);
        for (int i = 0; i < count; i++) {
            all.le32(dataOffset());
        }
        for (int i = 0; i < count; i++) {
            all.le32(data.length);
        }
        return build(all.build());
    }

    private long dataOffset() {
        return DIRECTORY + 2 + 12L * tags.size() + 4;
    }

    private byte[] build(byte[] data) {
        FileBuilder out = new FileBuilder().text("II*\0").le32(DIRECTORY).le16(tags.size());
        tags.forEach((tag, v) ->
                out.le16(tag).le16((int) v[0]).le32(v[1]).le32(v[2] + (atData.contains(tag) ? dataOffset() : 0)));
        return out.le32(0).bytes(data).build();
    }

    /** An EXIF block or a TIFF without an image: {@code count} tags that share all {@code length} bytes. */
    static byte[] overlappingTags(int length, int count) {
        FileBuilder out = new FileBuilder().text("II*\0").le32(DIRECTORY).le16(count);
        for (int i = 0; i < count; i++) {
            out.le16(1000 + i).le16(1).le32(length - DIRECTORY).le32(DIRECTORY);
        }
        return out.zeros(length - out.length()).build();
    }
}
