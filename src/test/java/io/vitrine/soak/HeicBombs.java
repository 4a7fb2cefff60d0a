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
        files.put("pictures-2.heic", repeated(flat, 2));
        files.put("pictures-2000.heic", repeated(flat, 2000));
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

    /** The only image's data {@code times} times. */
    private static byte[] repeated(byte[] file, int times) {
        int start = find(file, "mdat");
        byte[] data = Arrays.copyOfRange(file, start, file.length);
        ByteBuffer out = ByteBuffer.wrap(new FileBuilder()
                .bytes(Arrays.copyOf(file, start))
                .repeated(times, data)
                .build());
        out.putInt(start - 8, 8 + times * data.length);
        int location = new String(file, StandardCharsets.ISO_8859_1).indexOf("iloc") + 4;
        for (int at = location; at < location + 40; at++) {
            if (out.getInt(at) == data.length) {
                out.putInt(at, times * data.length);
                return out.array();
            }
        }
        throw new IllegalStateException("No length in box iloc");
    }
}
