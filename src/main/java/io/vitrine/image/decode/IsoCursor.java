package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;

/** Reads the fields of an ISO base media box, in big-endian order. Reading past the box's end rejects the image as corrupt. */
final class IsoCursor {
    /**
     * A box.
     *
     * @param start offset of its body
     * @param end offset of its body's end
     */
    record Box(String type, int start, int end) implements Serializable {
        boolean is(String other) {
            return type.equals(other);
        }
    }

    private final FileBytes file;
    private final String name;
    private final int end;
    private int at;

    private IsoCursor(FileBytes file, String name, int start, int end) {
        this.file = file;
        this.name = name;
        this.at = start;
        this.end = end;
    }

    /** Reads the body of {@code box}. */
    static IsoCursor in(FileBytes file, Box box) {
        return new IsoCursor(file, box.type, box.start, box.end);
    }

    /** Reads a file's outermost boxes. */
    static IsoCursor of(FileBytes file) {
        return new IsoCursor(file, "file", 0, file.length());
    }

    int position() {
        return at;
    }

    int remaining() {
        return end - at;
    }

    /** A number of {@code bytes} bytes, from 0 to 8. */
    long number(int bytes) throws ImageRejectedException {
        need(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | file.at(at++);
        }
        if (value < 0) {
            throw corrupt("has a number of more than 63 bits");
        }
        return value;
    }

    int u8() throws ImageRejectedException {
        return (int) number(1);
    }

    int u16() throws ImageRejectedException {
        return (int) number(2);
    }

    long u32() throws ImageRejectedException {
        return number(4);
    }

    /** Four characters. */
    String code() throws ImageRejectedException {
        need(4);
        StringBuilder code = new StringBuilder(4);
        for (int i = 0; i < 4; i++) {
            code.append((char) file.at(at++));
        }
        return code.toString();
    }

    /** The characters up to a zero byte. */
    String string() throws ImageRejectedException {
        StringBuilder text = new StringBuilder();
        for (int c = u8(); c != 0; c = u8()) {
            text.append((char) c);
        }
        return text.toString();
    }

    void skip(long bytes) throws ImageRejectedException {
        need(bytes);
        at += (int) bytes;
    }

    /** The version of a full box, whose flags are skipped. */
    int version(int max) throws ImageRejectedException {
        int version = u8();
        skip(3);
        if (version > max) {
            throw corrupt("has version " + version + "; the last known one is " + max);
        }
        return version;
    }

    /** The next box; the cursor is behind it afterwards. */
    Box box() throws ImageRejectedException {
        int start = at;
        long length = u32();
        String type = code();
        if (length == 1) {
            length = number(8);
        }
        if (type.equals("uuid")) {
            skip(16);
        }
        boolean toTheEnd = length == 0 && name.equals("file");
        long bodyLength = toTheEnd ? remaining() : length - (at - start);
        if (bodyLength < 0) {
            throw corrupt("has a box " + type + " of " + length + " bytes");
        }
        if (bodyLength > remaining()) {
            if (name.equals("file")) {
                throw new ImageRejectedException(
                        RejectionReason.TRUNCATED,
                        "the file ends after " + file.length() + " bytes, within its box " + type);
            }
            throw corrupt("has a box " + type + " that goes past it");
        }
        Box box = new Box(type, at, at + (int) bodyLength);
        at = box.end;
        return box;
    }

    private void need(long bytes) throws ImageRejectedException {
        if (bytes > remaining()) {
            throw name.equals("file")
                    ? new ImageRejectedException(
                            RejectionReason.TRUNCATED, "the file ends after " + file.length() + " bytes, within a box")
                    : corrupt("ends early");
        }
    }

    private ImageRejectedException corrupt(String what) {
        return new ImageRejectedException(RejectionReason.CORRUPT, "HEIF box " + name + " " + what + ", at byte " + at);
    }
}
