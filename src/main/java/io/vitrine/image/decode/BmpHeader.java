package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.Set;

/**
 * A BMP's header, of Windows or OS/2, as Pillow's {@code BmpImagePlugin} reads it.
 *
 * @param data offset of the pixels
 * @param palette offset of the colours; only pixels of at most 8 bits have them
 * @param colours in the palette, as the header says
 * @param colourBytes 3 or 4 for each colour
 */
record BmpHeader(
        int width,
        int height,
        BmpPixels pixels,
        RowOrder rowOrder,
        Encoding encoding,
        long data,
        int palette,
        int colours,
        int colourBytes,
        Completeness completeness)
        implements ImageHeader {
    private static final int FILE_HEADER_BYTES = 14;
    private static final int OS2_HEADER_BYTES = 12;
    private static final Set<Long> HEADER_BYTES = Set.of(12L, 40L, 52L, 56L, 64L, 108L, 124L);
    private static final int MAX_COLOURS = 65_536;

    enum RowOrder {
        TOP_DOWN,
        BOTTOM_UP
    }

    enum Encoding {
        ROWS,
        /** Runs of pixels of 8 bits. */
        RUNS8,
        /** Runs of pixels of 4 bits, two to a byte. */
        RUNS4
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.BMP;
    }

    static BmpHeader read(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        long headerBytes = in.u32(FILE_HEADER_BYTES);
        if (!HEADER_BYTES.contains(headerBytes)) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, "BMP header of " + headerBytes + " bytes is not supported");
        }
        long colourTable = FILE_HEADER_BYTES + headerBytes;
        in.u8(colourTable - 1); // the file has the header
        boolean os2 = headerBytes == OS2_HEADER_BYTES;
        int bits = in.u16(os2 ? 24 : 28);
        long compression = os2 ? 0 : in.u32(30);
        boolean topDown = !os2 && in.u8(25) == 0xff; // a negative height
        int height = os2 ? in.u16(20) : topDown ? -(int) in.u32(22) : (int) in.u32(22);
        BmpPixels pixels =
                compression == BmpMasks.COMPRESSION ? BmpMasks.read(in, headerBytes, bits) : BmpPixels.ofBits(bits);
        Encoding encoding = encoding(compression, bits);
        if (compression == BmpMasks.COMPRESSION && headerBytes <= 40) {
            colourTable += BmpMasks.BYTES;
        }
        int colourBytes = os2 ? 3 : 4;
        int colours = bits <= 8 ? colours(os2 ? 0 : in.u32(46), bits) : 0;
        long data = in.u32(10);
        if (data == 0) {
            data = Math.min(file.length(), colourTable + (long) colours * colourBytes);
        } else if (data == FILE_HEADER_BYTES + headerBytes) {
            data += (long) colours * colourBytes;
        }
        int width = os2 ? in.u16(18) : (int) in.u32(18);
        boolean isCut = encoding == Encoding.ROWS && data + rowsBytes(width, height, pixels) > file.length();
        return new BmpHeader(
                width,
                height,
                pixels,
                topDown ? RowOrder.TOP_DOWN : RowOrder.BOTTOM_UP,
                encoding,
                data,
                (int) colourTable,
                colours,
                colourBytes,
                isCut ? Completeness.TRUNCATED : Completeness.COMPLETE);
    }

    private static int colours(long count, int bits) throws ImageRejectedException {
        if (count > MAX_COLOURS) {
            throw new ImageRejectedException(RejectionReason.CORRUPT, "BMP has " + count + " colours");
        }
        return count == 0 ? 1 << bits : (int) count;
    }

    private static Encoding encoding(long compression, int bits) throws ImageRejectedException {
        if (compression == 0 || compression == BmpMasks.COMPRESSION) {
            return Encoding.ROWS;
        } else if ((compression == 1 || compression == 2) && bits <= 8) {
            return compression == 1 ? Encoding.RUNS8 : Encoding.RUNS4;
        }
        throw new ImageRejectedException(
                compression == 4 || compression == 5 ? RejectionReason.UNSUPPORTED : RejectionReason.CORRUPT,
                "BMP of " + bits + " bits per pixel with compression " + compression + " is not supported");
    }

    /** From the first row to the last pixel. The last row needs no padding. */
    private static long rowsBytes(int width, int height, BmpPixels pixels) {
        return stride(width, pixels) * (height - 1L) + ((long) width * pixels.bits() + 7) / 8;
    }

    /** Bytes from one row to the next. */
    long stride() {
        return stride(width, pixels);
    }

    private static long stride(int width, BmpPixels pixels) {
        return ((long) width * pixels.bits() + 31) / 32 * 4;
    }
}
