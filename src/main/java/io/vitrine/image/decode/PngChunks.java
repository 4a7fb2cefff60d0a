package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * Picks the chunks that a PNG's pixels are made of. Decoders get no others, so that they spend no time or memory on compressed
 * texts, colour profiles, EXIF and further frames.
 */
final class PngChunks {
    private static final int SIGNATURE_BYTES = 8;
    private static final int FRAME_BYTES = 12; // length, type, checksum

    private PngChunks() {}

    /**
     * The file as parts, without ancillary chunks other than transparency ({@code tRNS}). Data chunks count up to the first that
     * is none, as in Pillow. What cannot be parsed is kept for the decoder to judge.
     *
     * @param file starts with a PNG's signature
     */
    static List<FileBytes> ofPixels(FileBytes file) {
        List<FileBytes> parts = new ArrayList<>();
        boolean inData = false;
        boolean afterData = false;
        int from = 0; // start of the part that is being collected
        int at = SIGNATURE_BYTES;
        while (at + FRAME_BYTES <= file.length() && !file.matches(at + 4L, "IEND")) {
            long next = at + FRAME_BYTES + length(file, at);
            if (next > file.length()) {
                break;
            }
            boolean isData = file.matches(at + 4L, "IDAT");
            afterData |= inData && !isData;
            inData = isData;
            if (isAncillary(file, at) || afterData && isData) {
                add(parts, file, from, at);
                from = (int) next;
            }
            at = (int) next;
        }
        boolean hasEnd = at + FRAME_BYTES <= file.length() && file.matches(at + 4L, "IEND");
        add(parts, file, from, hasEnd ? at + FRAME_BYTES : file.length());
        return parts;
    }

    private static void add(List<FileBytes> parts, FileBytes file, int from, int to) {
        if (from < to) {
            parts.add(file.part(from, to));
        }
    }

    private static long length(FileBytes file, int chunk) {
        return (long) file.at(chunk) << 24 | file.at(chunk + 1) << 16 | file.at(chunk + 2) << 8 | file.at(chunk + 3);
    }

    /** Whether decoders may skip the chunk: its type is of letters, and the first of them is small. */
    private static boolean isAncillary(FileBytes file, int chunk) {
        if (file.matches(chunk + 4L, "tRNS")) {
            return false;
        }
        for (int i = 4; i < 8; i++) {
            if (!Character.isLetter(file.at(chunk + i)) || file.at(chunk + i) > 'z') {
                return false;
            }
        }
        return Character.isLowerCase(file.at(chunk + 4));
    }
}
