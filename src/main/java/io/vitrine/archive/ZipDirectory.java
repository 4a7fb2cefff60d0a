package io.vitrine.archive;

import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where the central directory of a zip is.
 *
 * @param offset in the file
 * @param entries at least so many: programs without the 64-bit fields write the last 16 bits of the number
 * @param shift bytes before the zip itself, such as a program that unpacks it
 */
record ZipDirectory(long offset, long bytes, long entries, long shift) {
    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;
    private static final int MAX_COMMENT = 0xffff;
    private static final int END = 0x06054b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_BYTES = 56;

    /** Finds it by the record at the end of the zip. */
    static ZipDirectory find(ZipBytes file) throws IOException, ImageRejectedException {
        int tailBytes = (int) Math.min(file.length(), END_BYTES + MAX_COMMENT + LOCATOR_BYTES);
        long tailAt = file.length() - tailBytes;
        ByteBuffer tail = file.read(tailAt, tailBytes);
        for (int at = tailBytes - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END && at + END_BYTES + ZipBytes.u16(tail, at + 20) <= tailBytes) {
                if (at >= LOCATOR_BYTES && tail.getInt(at - LOCATOR_BYTES) == LOCATOR_64) {
                    return find64(file, tail.getLong(at - LOCATOR_BYTES + 8));
                }
                long bytes = ZipBytes.u32(tail, at + 12);
                long offset = tailAt + at - bytes;
                return within(
                        file,
                        new ZipDirectory(
                                offset, bytes, ZipBytes.u16(tail, at + 10), offset - ZipBytes.u32(tail, at + 16)));
            }
        }
        throw new ImageRejectedException(
                RejectionReason.TRUNCATED, "the zip has no central directory, so none of its members can be found");
    }

    private static ZipDirectory find64(ZipBytes file, long endAt) throws IOException, ImageRejectedException {
        if (endAt < 0 || endAt > file.length() - END_64_BYTES) {
            throw damaged("its 64-bit directory is beyond its end");
        }
        ByteBuffer end = file.read(endAt, END_64_BYTES);
        if (end.getInt(0) != END_64) {
            throw damaged("it has no 64-bit directory at byte " + endAt);
        }
        return within(file, new ZipDirectory(end.getLong(48), end.getLong(40), end.getLong(32), 0));
    }

    private static ZipDirectory within(ZipBytes file, ZipDirectory directory) throws ImageRejectedException {
        if (directory.offset < 0 || directory.bytes < 0 || directory.offset > file.length() - directory.bytes) {
            throw damaged("its directory is beyond its end");
        }
        return directory;
    }

    private static ImageRejectedException damaged(String message) {
        return new ImageRejectedException(
                RejectionReason.CORRUPT, "the zip is damaged: " + message + ", so that members are lost");
    }
}
