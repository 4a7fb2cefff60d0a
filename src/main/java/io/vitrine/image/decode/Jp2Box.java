package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.nio.charset.StandardCharsets;

/**
 * A box of a JP2 file.
 *
 * @param type four characters
 * @param body offset behind its header
 * @param end offset behind its body, which may be past the end of the file
 */
record Jp2Box(String type, long body, long end) {
    private static final int HEADER_BYTES = 8;
    private static final int LONG_HEADER_BYTES = 16;

    /** Reads a box's header. A length of 0 means up to {@code limit}. */
    static Jp2Box read(FileBytes file, long at, long limit) throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(file);
        if (at + HEADER_BYTES > limit) {
            throw corrupt("a box of less than 8 bytes at offset " + at);
        }
        long length = in.u32(at);
        in.u32(at + 4); // is there
        String type = new String(file.array(), file.offset() + (int) at + 4, 4, StandardCharsets.ISO_8859_1);
        int header = HEADER_BYTES;
        if (length == 1) {
            header = LONG_HEADER_BYTES;
            length = in.u64(at + HEADER_BYTES);
        } else if (length == 0) {
            length = limit - at;
        }
        if (length < header || length > Integer.MAX_VALUE * 2L + 1) {
            throw corrupt("box '" + type + "' at offset " + at + " of " + length + " bytes");
        }
        return new Jp2Box(type, at + header, at + length);
    }

    long length() {
        return end - body;
    }

    /** Refuses boxes that are shorter. */
    void need(long bytes) throws ImageRejectedException {
        if (length() < bytes) {
            throw corrupt("box '" + type + "' of " + length() + " bytes, where " + bytes + " are needed");
        }
    }

    static ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "JP2: " + what);
    }
}
