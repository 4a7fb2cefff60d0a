package io.vitrine.soak;

import io.vitrine.image.Pictures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** AVIFs of few bytes and many pixels, frames or items. */
final class AvifBombs {
    private final int side;
    private final Map<String, byte[]> files;

    AvifBombs(int side, Map<String, byte[]> files) {
        this.side = side;
        this.files = files;
    }

    /** Adds the files by name. */
    void add() throws IOException {
        byte[] flat = Files.readAllBytes(Path.of("src/test/resources/bombs/flat-" + side + ".avif"));
        byte[] small = Pictures.oracle("../../image-cases/avif_420.avif");
        files.put("flat.avif", flat);
        files.put("flat-frames-4.avif", repeated(flat, 4));
        files.put("flat-frames-30.avif", repeated(flat, 30));
        files.put("flat-frames-1000.avif", repeated(flat, 1000));
        files.put("frames-2000.avif", repeated(small, 2000));
        files.put("claims-side.avif", patched(small, "ispe", 4, side, side));
        files.put("claims-4-billion.avif", patched(small, "ispe", 4, -1, -1));
        files.put("units.avif", units(small));
        files.put("items.avif", items());
        files.put("boxes.avif", boxes());
        files.put(
                "samples.avif", patched(Pictures.oracle("../../image-cases/avif_sequence.avif"), "stsz", 4, 1, 9_999));
    }

    /** Offset of the fields of a box. */
    private static int find(byte[] file, String box) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(box) + 4;
    }

    private static byte[] patched(byte[] file, String box, int at, int... values) {
        ByteBuffer copy = ByteBuffer.wrap(file.clone());
        for (int i = 0; i < values.length; i++) {
            copy.putInt(find(file, box) + at + 4 * i, values[i]);
        }
        return copy.array();
    }

    /** The only image's data {@code times} times. */
    private static byte[] repeated(byte[] file, int times) {
        int start = find(file, "mdat");
        byte[] data = Arrays.copyOfRange(file, start, file.length);
        return withData(file, new FileBuilder().repeated(times, data).build());
    }

    /** Many empty units before the image's own. */
    private static byte[] units(byte[] file) {
        byte[] data = Arrays.copyOfRange(file, find(file, "mdat"), file.length);
        return withData(
                file,
                new FileBuilder()
                        .repeated(1 << 20, (byte) 0x7a, (byte) 0)
                        .bytes(data)
                        .build());
    }

    private static byte[] withData(byte[] file, byte[] data) {
        int start = find(file, "mdat");
        ByteBuffer out = ByteBuffer.wrap(
                new FileBuilder().bytes(Arrays.copyOf(file, start)).bytes(data).build());
        out.putInt(start - 8, 8 + data.length);
        int location = find(file, "iloc");
        out.putInt(location + 8 + 6 + 4, data.length); // of the first extent, behind its offset
        return out.array();
    }

    private static byte[] start(int metaBytes) {
        return new FileBuilder()
                .be32(16)
                .text("ftypavif")
                .be32(0)
                .be32(8 + 4 + 33 + (long) metaBytes)
                .text("meta")
                .be32(0)
                .be32(33)
                .text("hdlr")
                .zeros(8)
                .text("pict")
                .zeros(13)
                .build();
    }

    private static byte[] items() {
        int count = 200_000;
        FileBuilder out = new FileBuilder().bytes(start(16 + 12 * count));
        out.be32(16 + 12L * count).text("iloc").u8(2).zeros(5).be32(count);
        for (int i = 1; i <= count; i++) {
            out.be32(i).zeros(8);
        }
        return out.build();
    }

    private static byte[] boxes() {
        int count = 100_000;
        return new FileBuilder()
                .bytes(start(16 + 8 * count))
                .be32(16 + 8L * count)
                .text("iprp")
                .be32(8 + 8L * count)
                .text("ipco")
                .repeated(count, "\0\0\0\bfree".getBytes(StandardCharsets.ISO_8859_1))
                .build();
    }
}
