package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import java.io.Serializable;
import java.util.Set;

/**
 * A BMP without its file header, alone or in an icon or a cursor. It is decoded as the BMP that it becomes with one.
 *
 * @param offset of its header in the file
 * @param headerBytes length of its header
 * @param dataOffset of its pixels in the file, behind its colours
 * @param height as the header says, negative if rows are stored from the top
 * @param greyColours whether its colours are those of grey, black and white
 */
record DibFile(int offset, int headerBytes, int dataOffset, int width, int height, boolean greyColours)
        implements Serializable {
    private static final int FILE_HEADER_BYTES = 14;
    private static final int OS2_HEADER_BYTES = 12;
    private static final int BIT_FIELDS = 3;
    private static final int LAST_HEADER_WITHOUT_MASKS = 40;
    private static final int MAX_COLOURS = 65_536;
    private static final Set<Integer> HEADER_BYTES = Set.of(OS2_HEADER_BYTES, 40, 52, 56, 64, 108, 124);
    private static final Set<Integer> MAPPED_BITS = Set.of(1, 4, 8);
    private static final Set<Integer> COLOUR_BITS = Set.of(16, 24, 32);

    /** Whether a header seems to be at {@code offset}. */
    static boolean isPlausible(FileBytes file, int offset) {
        try {
            ByteReader in = ByteReader.littleEndian(file);
            long bytes = in.u32(offset);
            int bits = in.u16(offset + (bytes == OS2_HEADER_BYTES ? 10 : 14));
            return bytes <= 124
                    && HEADER_BYTES.contains((int) bytes)
                    && (MAPPED_BITS.contains(bits) || COLOUR_BITS.contains(bits));
        } catch (ImageRejectedException e) {
            return false;
        }
    }

    static DibFile read(FileBytes file, long offset) throws ImageRejectedException {
        if (offset > file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED, "the file ends after " + file.length() + " bytes, before its bitmap");
        }
        int at = (int) offset;
        if (!isPlausible(file, at)) {
            throw new ImageRejectedException(
                    at + 16 > file.length() ? RejectionReason.TRUNCATED : RejectionReason.CORRUPT,
                    "no bitmap header at byte " + at);
        }
        ByteReader in = ByteReader.littleEndian(file);
        int bytes = (int) in.u32(at);
        boolean os2 = bytes == OS2_HEADER_BYTES;
        in.u8(offset + bytes - 1); // the whole header must be there
        int bits = in.u16(offset + (os2 ? 10 : 14));
        long colours = os2 ? 0 : in.u32(offset + 32);
        long data = offset + bytes;
        if (!os2 && in.u32(offset + 16) == BIT_FIELDS && bytes <= LAST_HEADER_WITHOUT_MASKS) {
            data += 12;
        }
        boolean grey = false;
        if (MAPPED_BITS.contains(bits)) {
            colours = colours == 0 ? 1L << bits : colours;
            if (colours > MAX_COLOURS) {
                throw new ImageRejectedException(
                        RejectionReason.CORRUPT, "bitmap has " + colours + " colours for " + bits + " bits");
            }
            int entryBytes = os2 ? 3 : 4;
            grey = areGrey(file, data, (int) colours, entryBytes);
            data += colours * entryBytes;
        }
        return new DibFile(
                at,
                bytes,
                (int) Math.min(file.length(), data),
                os2 ? in.u16(offset + 4) : (int) in.u32(offset + 4),
                os2 ? in.u16(offset + 6) : (int) in.u32(offset + 8),
                grey);
    }

    private static boolean areGrey(FileBytes file, long from, int colours, int entryBytes) {
        for (int i = 0; i < colours; i++) {
            int level = colours == 2 ? 255 * i : i & 0xff;
            for (int c = 0; c < 3; c++) {
                long at = from + (long) i * entryBytes + c;
                if (at >= file.length() || file.at((int) at) != level) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The BMP with this bitmap's first rows. */
    FileBytes toBmp(FileBytes file, int rows) {
        int length = file.length() - offset;
        byte[] bmp = new byte[FILE_HEADER_BYTES + length];
        bmp[0] = 'B';
        bmp[1] = 'M';
        put(bmp, 2, 4, bmp.length);
        put(bmp, 10, 4, FILE_HEADER_BYTES + dataOffset - offset);
        System.arraycopy(file.array(), file.offset() + offset, bmp, FILE_HEADER_BYTES, length);
        if (headerBytes == OS2_HEADER_BYTES) {
            put(bmp, FILE_HEADER_BYTES + 6, 2, rows);
        } else {
            put(bmp, FILE_HEADER_BYTES + 8, 4, rows);
        }
        return FileBytes.of(bmp);
    }

    private static void put(byte[] bytes, int at, int count, int value) {
        for (int i = 0; i < count; i++) {
            bytes[at + i] = (byte) (value >> 8 * i);
        }
    }

    static ImageHeader readHeader(FileBytes bmp) throws ImageRejectedException {
        return new BmpCodec().readHeader(bmp);
    }

    static RgbImage decode(FileBytes bmp, ImageHeader header, OpenCvDecoder openCv) throws ImageRejectedException {
        return ImageCodecs.of(header).decode(bmp, header, 1, openCv);
    }
}
