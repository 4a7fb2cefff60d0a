package io.vitrine.archive;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks a member of a zip from its local header and data. */
public final class ZipMember {
    /** A local header without name and extra field. */
    static final int HEADER_BYTES = 30;

    /** A local header with the longest name and extra field, and a data descriptor. */
    static final int MAX_HEADER_BYTES = HEADER_BYTES + 2 * 0xffff + 24;

    /** Deflate stores at most so many bytes in one. */
    private static final long MAX_RATIO = 1_032;

    private ZipMember() {}

    /**
     * Unpacks a member. Never writes past {@code length} bytes, whatever the archive claims.
     *
     * @param range the bytes of {@code extent}
     * @param target receives the member at {@code at}
     * @param length of the member
     * @throws ImageRejectedException if it is damaged
     */
    public static void unpack(FileBytes range, Extent extent, byte[] target, int at, int length)
            throws ImageRejectedException {
        if (range.length() < HEADER_BYTES || !range.matches(0, "PK\3\4")) {
            throw corrupt("no member begins at byte " + extent.offset() + " of the zip");
        }
        int data = HEADER_BYTES + u16(range, 26) + u16(range, 28);
        if (extent.packed() > range.length() - data) {
            throw corrupt("its bytes overlap those of another member of the zip");
        }
        int from = range.offset() + data;
        if (extent.packing() == Extent.Packing.ZIP_STORED) {
            if (extent.packed() != length) {
                throw corrupt("stored in " + extent.packed() + " bytes, but said to have " + length);
            }
            System.arraycopy(range.array(), from, target, at, length);
        } else {
            inflate(range.array(), from, (int) extent.packed(), target, at, length);
        }
        CRC32 crc = new CRC32();
        crc.update(target, at, length);
        if (crc.getValue() != extent.crc()) {
            throw corrupt("its bytes do not have the checksum that the zip gives");
        }
    }

    /** @throws ImageRejectedException if {@code packed} bytes can't hold {@code length}; before memory is taken for them */
    public static void requirePossible(Extent extent, long length) throws ImageRejectedException {
        if (extent.packing() == Extent.Packing.ZIP_DEFLATED && length > MAX_RATIO * Math.max(1, extent.packed())) {
            throw corrupt("said to have " + length + " bytes, which " + extent.packed() + " can't hold");
        }
    }

    private static void inflate(byte[] packed, int from, int count, byte[] target, int at, int length)
            throws ImageRejectedException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed, from, count);
            int filled = 0;
            while (filled < length) {
                int got = inflater.inflate(target, at + filled, length - filled);
                if (got == 0) {
                    throw corrupt("its deflated bytes end after " + filled + " of " + length);
                }
                filled += got;
            }
            if (!inflater.finished() && inflater.inflate(new byte[1]) > 0) {
                throw corrupt("it unpacks to more than the " + length + " bytes that the zip gives");
            }
        } catch (DataFormatException e) {
            throw corrupt("its deflated bytes are damaged: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    private static int u16(FileBytes bytes, int at) {
        return bytes.at(at) | bytes.at(at + 1) << 8;
    }

    private static ImageRejectedException corrupt(String message) {
        return new ImageRejectedException(RejectionReason.CORRUPT, message);
    }
}
