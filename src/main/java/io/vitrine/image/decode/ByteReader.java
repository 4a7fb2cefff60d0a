package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** Reads unsigned integers at given offsets of a file. Reading past the end rejects the image as truncated. */
final class ByteReader {
    private final FileBytes file;
    private final boolean littleEndian;

    private ByteReader(FileBytes file, boolean littleEndian) {
        this.file = file;
        this.littleEndian = littleEndian;
    }

    static ByteReader littleEndian(FileBytes file) {
        return new ByteReader(file, true);
    }

    static ByteReader bigEndian(FileBytes file) {
        return new ByteReader(file, false);
    }

    int u8(long offset) throws ImageRejectedException {
        if (offset < 0 || offset >= file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED,
                    "the file ends after " + file.length() + " bytes, but its header needs byte " + offset);
        }
        return file.at((int) offset);
    }

    int u16(long offset) throws ImageRejectedException {
        return littleEndian ? u8(offset) | u8(offset + 1) << 8 : u8(offset) << 8 | u8(offset + 1);
    }

    int u24(long offset) throws ImageRejectedException {
        return littleEndian ? u16(offset) | u8(offset + 2) << 16 : u16(offset) << 8 | u8(offset + 2);
    }

    long u32(long offset) throws ImageRejectedException {
        return littleEndian ? u16(offset) | (long) u16(offset + 2) << 16 : (long) u16(offset) << 16 | u16(offset + 2);
    }

    long u64(long offset) throws ImageRejectedException {
        return littleEndian ? u32(offset) | u32(offset + 4) << 32 : u32(offset) << 32 | u32(offset + 4);
    }
}
