package io.vitrine.soak;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the fields of image files, in the byte order they need. */
final class FileBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    FileBuilder text(String latin1) {
        return bytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    FileBuilder bytes(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** {@code bytes}, {@code times} times. */
    FileBuilder repeated(int times, byte... bytes) {
        for (int i = 0; i < times; i++) {
            out.writeBytes(bytes);
        }
        return this;
    }

    FileBuilder zeros(int count) {
        return bytes(new byte[count]);
    }

    FileBuilder u8(int value) {
        out.write(value);
        return this;
    }

    FileBuilder le16(int value) {
        return u8(value).u8(value >> 8);
    }

    FileBuilder le32(long value) {
        return le16((int) value).le16((int) (value >> 16));
    }

    FileBuilder be16(int value) {
        return u8(value >> 8).u8(value);
    }

    FileBuilder be32(long value) {
        return be16((int) (value >> 16)).be16((int) value);
    }

    int length() {
        return out.size();
    }

    byte[] build() {
        return out.toByteArray();
    }
}
