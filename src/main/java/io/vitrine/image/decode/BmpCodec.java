package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;

/** Decodes BMPs of Windows and OS/2. */
final class BmpCodec implements ImageCodec<BmpHeader> {
    private static final int FILE_HEADER_BYTES = 14;
    private static final int MIN_HEADER_BYTES = 12;
    private static final int MAX_HEADER_BYTES = 127;

    @Override
    public ImageFormat format() {
        return ImageFormat.BMP;
    }

    /** Text may start with these two letters, so the length of the second header must be plausible, too. */
    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "BM")
                && file.length() > FILE_HEADER_BYTES + 1
                && file.at(FILE_HEADER_BYTES) >= MIN_HEADER_BYTES
                && file.at(FILE_HEADER_BYTES) <= MAX_HEADER_BYTES
                && file.at(FILE_HEADER_BYTES + 1) == 0;
    }

    @Override
    public BmpHeader readHeader(FileBytes file) throws ImageRejectedException {
        return BmpHeader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, BmpHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        int[] palette = palette(file, header);
        boolean isRows = header.encoding() == BmpHeader.Encoding.ROWS;
        FileBytes data = isRows ? file : FileBytes.of(BmpRuns.indices(file, header));
        BmpPixels pixels = isRows ? header.pixels() : BmpPixels.INDEX8;
        long start = isRows ? header.data() : 0;
        long stride = isRows ? header.stride() : header.width();
        byte[] rgb = new byte[3 * header.width() * header.height()];
        for (int row = 0; row < header.height(); row++) {
            int y = header.rowOrder() == BmpHeader.RowOrder.TOP_DOWN ? row : header.height() - 1 - row;
            int from = data.offset() + (int) (start + row * stride);
            pixels.convert(data.array(), from, header.width(), rgb, 3 * y * header.width(), palette);
        }
        return new RgbImage(rgb, header.width(), header.height());
    }

    /** The colour of each index, as 0xRRGGBB. Indices behind the palette's end are black, or grey levels if the palette is. */
    private static int[] palette(FileBytes file, BmpHeader header) throws ImageRejectedException {
        int count = Math.max(0, Math.min(header.colours(), (file.length() - header.palette()) / header.colourBytes()));
        ByteReader in = ByteReader.littleEndian(file);
        int[] palette = new int[256];
        boolean isGrey = count == header.colours();
        for (int i = 0; i < count; i++) {
            int colour = in.u24(header.palette() + (long) i * header.colourBytes());
            isGrey &= colour == (i & 0xff) * 0x010101;
            palette[i & 0xff] = i < 256 ? colour : palette[i & 0xff];
        }
        if (count > 256 && !isGrey) {
            throw new ImageRejectedException(RejectionReason.CORRUPT, "BMP has a palette of " + count + " colours");
        }
        for (int i = count; isGrey && i < 256; i++) {
            palette[i] = i * 0x010101;
        }
        return palette;
    }
}
