package io.vitrine.image.jpeg2000;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;

/** Reads big-endian numbers from a file, one after the other. */
final class ByteCursor {
    private final FileBytes file;
    private int position;

    ByteCursor(FileBytes file, int position) {
        this.file = file;
        this.position = position;
    }

    int position() {
        return position;
    }

    /** Bytes up to the end of the file. */
    int left() {
        return file.length() - position;
    }

    int u8() throws ImageRejectedException {
        need(1);
        return file.at(position++);
    }

    int u16() throws ImageRejectedException {
        need(2);
        return u8() << 8 | u8();
    }

    long u32() throws ImageRejectedException {
        need(4);
        return (long) u16() << 16 | u16();
    }

    /** The next {@code length} bytes, which are skipped. */
    FileBytes part(long length) throws ImageRejectedException {
        need(length);
        FileBytes part = file.part(position, position + (int) length);
        position += (int) length;
        return part;
    }

    private void need(long bytes) throws ImageRejectedException {
        if (bytes > left()) {
            throw Damage.truncated(file.length(), "the codestream");
        }
    }
}
