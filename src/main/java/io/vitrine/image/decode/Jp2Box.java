package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A box of a JP2 file.
 *
 * @param code four characters as a number
 * @param body offset behind its header
 * @param end offset behind its body, which may be past the end of the file
 */
record Jp2Box(int code, long body, long end) {
    /** Files may hold millions of boxes, so a name is made of a code only where it is shown. */
    private static final Map<Integer, String> KNOWN = Stream.of(
                    "jP  ", "ftyp", "jp2h", "ihdr", "bpcc", "colr", "pclr", "cmap", "cdef", "res ", "resc", "jp2c")
            .collect(Collectors.toUnmodifiableMap(
                    type -> ByteBuffer.wrap(type.getBytes(StandardCharsets.ISO_8859_1))
                            .getInt(),
                    type -> type));

    private static final String OTHER = "";

    private static final int HEADER_BYTES = 8;
    private static final int LONG_HEADER_BYTES = 16;

    /** Reads a box's header. A length of 0 means up to {@code limit}. */
    static Jp2Box read(FileBytes file, long at, long limit) throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(file);
        if (at + HEADER_BYTES > limit) {
            throw corrupt("a box of less than 8 bytes at offset " + at);
        }
        long length = in.u32(at);
        int code = (int) in.u32(at + 4);
        int header = HEADER_BYTES;
        if (length == 1) {
            header = LONG_HEADER_BYTES;
            length = in.u64(at + HEADER_BYTES);
        } else if (length == 0) {
            length = limit - at;
        }
        if (length < header || length > Integer.MAX_VALUE * 2L + 1) {
            throw corrupt("box '" + name(code) + "' at offset " + at + " of " + length + " bytes");
        }
        return new Jp2Box(code, at + header, at + length);
    }

    /** Its four characters if a rule is about such boxes, else empty. */
    String type() {
        return KNOWN.getOrDefault(code, OTHER);
    }

    /** Its four characters, for people. */
    String name() {
        return name(code);
    }

    private static String name(int code) {
        return new String(ByteBuffer.allocate(Integer.BYTES).putInt(code).array(), StandardCharsets.ISO_8859_1);
    }

    long length() {
        return end - body;
    }

    /** Refuses boxes that are shorter. */
    void need(long bytes) throws ImageRejectedException {
        if (length() < bytes) {
            throw corrupt("box '" + name() + "' of " + length() + " bytes, where " + bytes + " are needed");
        }
    }

    static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "JP2: " + what);
    }
}
