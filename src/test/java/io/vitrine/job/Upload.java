package io.vitrine.job;

import io.vitrine.image.Pictures;
import io.vitrine.testkit.Folders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * A file that a run reads.
 *
 * @param status the status its row must have
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Upload(byte[] bytes, String status) {
    static final List<String> BAD_STATUSES =
            List.of("empty", "not_an_image", "truncated", "too_large", "unsupported", "corrupt");

    /** Batches with good (g) and bad (b) files: the bad one first, second, third, last; all bad; none bad. */
    private static final String POSITIONS = "bggggbggggbggggbbbbbgggg";

    private static Upload ok(byte[] bytes) {
        return new Upload(bytes, "ok");
    }

    /** Several hundred images and bad files below {@code root}, by path. */
    static Map<String, Upload> below(String root) {
        Map<String, Upload> uploads = new TreeMap<>();
        for (Path file : Folders.filesBelow(Path.of("demo/pictures"))) {
            String name = file.getParent().getFileName() + "/" + file.getFileName();
            uploads.put(root + "/" + name, ok(Folders.read(file)));
        }
        for (String name :
                List.of("a b.jpg", "c%20d%.jpg", "e+f.jpg", "g#h.jpg", "ünï/雪 1.jpg", "x[1]{2}.jpg", "q?.jpg")) {
            uploads.put(root + "/names/" + name, ok(Pictures.drawn("jpg", 50, 40, name.hashCode())));
        }
        int bad = 0;
        for (int i = 0; i < 8 * POSITIONS.length(); i++) {
            boolean good = POSITIONS.charAt(i % POSITIONS.length()) == 'g';
            uploads.put(
                    String.format("%s/positions/%d/%03d", root, i / 50, i),
                    good
                            ? ok(Pictures.drawn(i % 2 == 0 ? "jpg" : "png", 40 + i % 30, 60, i))
                            : bad(BAD_STATUSES.get(bad++ % BAD_STATUSES.size())));
        }
        return uploads;
    }

    private static Upload bad(String status) {
        byte[] jpeg = Pictures.oracle("photo_420.jpg");
        byte[] png = Pictures.oracle("rgb.png");
        return new Upload(
                switch (status) {
                    case "empty" -> new byte[0];
                    case "not_an_image" -> "just text".getBytes(StandardCharsets.UTF_8);
                    case "truncated" -> Arrays.copyOf(jpeg, jpeg.length / 2);
                    case "too_large" -> {
                        png[18] = 0x7f; // some 32,000 pixels wide
                        png[22] = 0x7f; // and high
                        CRC32 checksum = new CRC32();
                        checksum.update(png, 12, 17); // type and content of the header chunk
                        ByteBuffer.wrap(png).putInt(29, (int) checksum.getValue());
                        yield png;
                    }
                    case "unsupported" -> "\0\0\0\u0018ftypheic".getBytes(StandardCharsets.ISO_8859_1);
                    case "corrupt" -> {
                        Arrays.fill(png, 60, png.length - 20, (byte) 7);
                        yield png;
                    }
                    default -> throw new IllegalArgumentException(status);
                },
                status);
    }
}
