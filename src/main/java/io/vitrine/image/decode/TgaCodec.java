package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.TgaHeader.Order;

/** Decodes TGAs: grey, mapped and true colour, raw and run-length encoded. Alpha is dropped. */
final class TgaCodec implements ImageCodec<TgaHeader> {
    @Override
    public ImageFormat format() {
        return ImageFormat.TGA;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return TgaHeader.isPlausible(file);
    }

    @Override
    public TgaHeader readHeader(FileBytes file) throws ImageRejectedException {
        return TgaHeader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, TgaHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        int width = header.width();
        int height = header.height();
        byte[] rgb = new byte[3 * width * height];
        int[] colours = colours(file, header.colours());
        byte[] row = new byte[header.pixels().rowBytes(width)];
        Rows rows = new Rows(file, header);
        for (int i = 0; i < height; i++) {
            rows.next(row);
            int y = header.rows() == Order.FORWARDS ? i : height - 1 - i;
            for (int j = 0; j < width; j++) {
                int x = header.columns() == Order.FORWARDS ? j : width - 1 - j;
                int colour = colour(header.pixels(), row, j, colours);
                int at = 3 * (y * width + x);
                rgb[at] = (byte) (colour >> 16);
                rgb[at + 1] = (byte) (colour >> 8);
                rgb[at + 2] = (byte) colour;
            }
        }
        return new RgbImage(rgb, width, height);
    }

    /** The colour of pixel {@code x}, as 0xRRGGBB. */
    private static int colour(TgaHeader.Pixels pixels, byte[] row, int x, int[] colours) {
        return switch (pixels) {
            case INDEX -> colours[row[x] & 0xff];
            case BIT -> (row[x / 8] >> (7 - x % 8) & 1) * 0xffffff;
            case GREY -> (row[x] & 0xff) * 0x010101;
            case GREY_ALPHA -> (row[2 * x] & 0xff) * 0x010101;
            case BGR_5 -> colour5(row[2 * x] & 0xff | (row[2 * x + 1] & 0xff) << 8);
            case BGR, BGRA -> {
                int at = pixels.bytes() * x;
                yield (row[at + 2] & 0xff) << 16 | (row[at + 1] & 0xff) << 8 | row[at] & 0xff;
            }
        };
    }

    private static int colour5(int bits) {
        return (bits >> 10 & 31) * 255 / 31 << 16 | (bits >> 5 & 31) * 255 / 31 << 8 | (bits & 31) * 255 / 31;
    }

    /** The colour of each index, as 0xRRGGBB; black where the map has none. */
    private static int[] colours(FileBytes file, TgaHeader.ColourMap map) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        int[] colours = new int[256];
        for (int i = 0; i < map.entries(); i++) {
            colours[map.first() + i] =
                    map.bits() == 16 ? colour5(in.u16(map.offset() + 2L * i)) : in.u24(map.offset() + 3L * i);
        }
        return colours;
    }

    /** The rows as stored. Runs end with their row; literal pixels may go on in the next. */
    private static final class Rows {
        private final FileBytes file;
        private final TgaHeader header;
        private int at;
        private int literalBytes;

        Rows(FileBytes file, TgaHeader header) {
            this.file = file;
            this.header = header;
            this.at = header.dataOffset();
        }

        void next(byte[] row) throws ImageRejectedException {
            if (!header.runLength()) {
                copy(row, 0, row.length);
                return;
            }
            int size = header.pixels().bytes();
            for (int x = 0; x < row.length; ) {
                if (literalBytes > 0) {
                    int length = Math.min(literalBytes, row.length - x);
                    copy(row, x, length);
                    literalBytes -= length;
                    x += length;
                    continue;
                }
                need(1);
                int packet = file.at(at++);
                int length = size * ((packet & 0x7f) + 1);
                if ((packet & 0x80) == 0) {
                    need(Math.max(1, length));
                    literalBytes = length;
                } else if (x + length > row.length) {
                    throw new ImageRejectedException(
                            RejectionReason.CORRUPT, "TGA has a run that goes past its row, at byte " + (at - 1));
                } else {
                    copy(row, x, size);
                    for (int i = size; i < length; i++) {
                        row[x + i] = row[x + i - size];
                    }
                    x += length;
                }
            }
        }

        private void copy(byte[] row, int to, int length) throws ImageRejectedException {
            need(length);
            System.arraycopy(file.array(), file.offset() + at, row, to, length);
            at += length;
        }

        private void need(int bytes) throws ImageRejectedException {
            if (file.length() - at < bytes) {
                throw new ImageRejectedException(
                        RejectionReason.TRUNCATED,
                        "the file ends after " + file.length() + " bytes, within its TGA pixels");
            }
        }
    }
}
