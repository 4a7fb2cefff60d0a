package io.vitrine.soak;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** HEICs of few bytes and many pixels or pictures. Theirs is the kind that takes most memory: 10 bits with all chroma. */
final class HeicBombs {
    private static final int SIDE = 1600; // that of the picture in the test resources

    private final Map<String, byte[]> files;

    HeicBombs(Map<String, byte[]> files) {
        this.files = files;
    }

    /** Adds the files by name. */
    void add() throws IOException {
        byte[] flat = Files.readAllBytes(Path.of("src/test/resources/bombs/flat-" + SIDE + ".heic"));
        files.put("flat.heic", flat);
        byte[] data = Arrays.copyOfRange(flat, find(flat, "mdat"), flat.length);
        files.put("pictures-2.heic", withData(flat, repeated(data, 2)));
        files.put("pictures-2000.heic", withData(flat, repeated(data, 2000)));
        byte[] part = {0, 0, 0, 3, 0x26, 1, 0}; // of three bytes: a slice that does not start a picture
        files.put("parts-262144.heic", withData(flat, data, repeated(part, 262_144)));
        files.put("claims-small.heic", claims(flat, 64));
        files.put("claims-32768.heic", claims(flat, 32_768));
    }

    /** The file with another size in its property, not in its parameter sets. */
    private static byte[] claims(byte[] file, int side) {
        ByteBuffer copy = ByteBuffer.wrap(file.clone());
        copy.putInt(find(file, "ispe") + 4, side).putInt(find(file, "ispe") + 8, side);
        return copy.array();
    }

    /** Offset of the fields of a box. */
    private static int find(byte[] file, String box) {
        return new String(file, StandardCharsets.ISO_8859_1).indexOf(box) + 4;
    }

    private static byte[] repeated(byte[] data, int times) {
        return new FileBuilder().repeated(times, data).build();
    }

    /** The file with other data of its only image. */
    private static byte[] withData(byte[] file, byte[]... parts) {
        int start = find(file, "mdat");
        FileBuilder builder = new FileBuilder().bytes(Arrays.copyOf(file, start));
        for (byte[] part : parts) {
            builder.bytes(part);
        }
        ByteBuffer out = ByteBuffer.wrap(builder.build());
        int length = out.capacity() - start;
        out.putInt(start - 8, 8 + length);
        int location = find(file, "iloc");
        for (int at = location; at < location + 40; at++) {
            if (out.getInt(at) == file.length - start) {
                out.putInt(at, length);
                return out.array();
            }
        }
        throw new IllegalStateException("No length in box iloc");
    }
}
