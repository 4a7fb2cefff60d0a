package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A chunk of a PNG. The file may end within it.
 *
 * @param type four letters
 * @param data offset of its data
 * @param length of its data, in bytes
 */
record PngChunk(FileBytes file, String type, long data, long length) {
    static final int HEADER_BYTES = 8; // length, type
    static final int CHECKSUM_BYTES = 4;

    /** The chunk at an offset; empty if the file ends before its type does, or if the type is not of letters, digits or '_'. */
    static Optional<PngChunk> at(FileBytes file, long offset) {
        if (offset + HEADER_BYTES > file.length()) {
            return Optional.empty();
        }
        int at = (int) offset;
        String type = new String(file.array(), file.offset() + at + 4, 4, StandardCharsets.ISO_8859_1);
        long length = (long) file.at(at) << 24 | file.at(at + 1) << 16 | file.at(at + 2) << 8 | file.at(at + 3);
        return isName(type) ? Optional.of(new PngChunk(file, type, offset + HEADER_BYTES, length)) : Optional.empty();
    }

    private static boolean isName(String type) {
        return type.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '_'));
    }

    /** Offset of the checksum. */
    long end() {
        return data + length;
    }

    boolean is(String name) {
        return type.equals(name);
    }

    /** Whether it holds pixels, of the image or of a frame. */
    boolean isPixels() {
        return is("IDAT") || is("fdAT");
    }

    /** @throws ImageRejectedException if the file ends before its data does */
    FileBytes content() throws ImageRejectedException {
        if (end() > file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED,
                    "the file ends after " + file.length() + " bytes, within the PNG chunk " + type);
        }
        return file.part((int) data, (int) end());
    }

    /** @throws ImageRejectedException if the checksum is wrong or missing */
    void requireChecksum() throws ImageRejectedException {
        FileBytes content = content();
        long expected = ByteReader.bigEndian(file).u32(end());
        CRC32 crc = new CRC32();
        crc.update(file.array(), content.offset() - 4, content.length() + 4); // with the type
        if (crc.getValue() != expected) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "PNG has a wrong checksum in the chunk " + type + ", at byte " + data);
        }
    }
}
