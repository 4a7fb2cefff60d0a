package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.RasterConverter.Alpha;
import io.vitrine.image.decode.RasterConverter.DeepSamples;
import java.util.List;

/**
 * Decodes BMPs of Windows and OS/2 with OpenCV. Files with 16-bit pixels take ImageIO, because OpenCV shifts their 5-bit samples
 * to 8 bits where Pillow scales them.
 */
final class BmpCodec implements ImageCodec<BmpCodec.Header> {
    private static final int FILE_HEADER_BYTES = 14;
    private static final int OS2_HEADER_BYTES = 12;
    private static final int MAX_HEADER_BYTES = 127;
    private static final int RLE8 = 1; // run length encoding of 8-bit pixels
    private static final int RLE4 = 2;

    record Header(int width, int height, int bits, Completeness completeness) implements ImageHeader {
        @Override
        public ImageFormat format() {
            return ImageFormat.BMP;
        }

        @Override
        public int orientation() {
            return 1;
        }
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.BMP;
    }

    /** Text may start with these two letters, so the length of the second header must be plausible, too. */
    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "BM")
                && file.length() > FILE_HEADER_BYTES + 1
                && file.at(FILE_HEADER_BYTES) >= OS2_HEADER_BYTES
                && file.at(FILE_HEADER_BYTES) <= MAX_HEADER_BYTES
                && file.at(FILE_HEADER_BYTES + 1) == 0;
    }

    @Override
    public Header readHeader(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        boolean os2 = in.u32(FILE_HEADER_BYTES) == OS2_HEADER_BYTES;
        int width = os2 ? in.u16(18) : (int) in.u32(18);
        int height = os2 ? in.u16(20) : Math.abs((int) in.u32(22)); // negative if rows are stored from the top
        int bits = in.u16(os2 ? 24 : 28);
        boolean complete = os2
                ? endOfRows(in, width, height, bits) <= file.length()
                : file.length() >= 34 // with the compression
                        && (isRunLengthEncoded(in) || endOfRows(in, width, height, bits) <= file.length());
        return new Header(width, height, bits, complete ? Completeness.COMPLETE : Completeness.TRUNCATED);
    }

    private static boolean isRunLengthEncoded(ByteReader in) throws ImageRejectedException {
        return in.u32(30) == RLE8 || in.u32(30) == RLE4;
    }

    /** Offset of the end of uncompressed rows, each padded to four bytes. */
    private static long endOfRows(ByteReader in, int width, int height, int bits) throws ImageRejectedException {
        long stride = ((long) width * bits + 31) / 32 * 4;
        return in.u32(10) + stride * height;
    }

    @Override
    public RgbImage decode(FileBytes file, Header header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        return header.bits == 16
                ? RasterConverter.ofLevels(
                        ImageIoReader.readImage(List.of(file), header).getRaster(), DeepSamples.HIGH_BYTE, Alpha.DROP)
                : openCv.decode(List.of(file), header);
    }
}
