package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/** Reads numbers from a file's bytes; past their end the file is truncated. */
final class ByteReader {
    private final FileBytes bytes;
    private final boolean littleEndian;

    ByteReader(FileBytes bytes, boolean littleEndian) {
        this.bytes = bytes;
        this.littleEndian = littleEndian;
    }

    int length() {
        return bytes.length();
    }

    int u8(long at) throws ImageRejectedException {
        if (at < 0 || at >= bytes.length()) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED,
                    "the file ends after " + bytes.length() + " bytes, but byte " + at + " is needed");
        }
        return bytes.at((int) at);
    }

    int u16(long at) throws ImageRejectedException {
        return littleEndian ? u8(at) | u8(at + 1) << 8 : u8(at) << 8 | u8(at + 1);
    }

    int u24(long at) throws ImageRejectedException {
        return littleEndian ? u16(at) | u8(at + 2) << 16 : u16(at) << 8 | u8(at + 2);
    }

    long u32(long at) throws ImageRejectedException {
        return littleEndian ? u16(at) | (long) u16(at + 2) << 16 : (long) u16(at) << 16 | u16(at + 2);
    }

    long u64(long at) throws ImageRejectedException {
        return littleEndian ? u32(at) | u32(at + 4) << 32 : u32(at) << 32 | u32(at + 4);
    }

    boolean matches(long at, String latin1) {
        if (at < 0 || at + latin1.length() > bytes.length()) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if (bytes.at((int) at + i) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
