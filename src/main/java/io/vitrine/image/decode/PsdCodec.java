package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import io.vitrine.image.RgbImage;
import io.vitrine.image.decode.PsdHeader.Compression;

/** Decodes the composite image of a PSD, raw or packed. Alpha and spot channels are dropped. */
final class PsdCodec implements ImageCodec<PsdHeader> {
    @Override
    public ImageFormat format() {
        return ImageFormat.PSD;
    }

    @Override
    public boolean recognises(FileBytes file) {
        return file.matches(0, "8BPS\0\u0001");
    }

    @Override
    public PsdHeader readHeader(FileBytes file) throws ImageRejectedException {
        return PsdHeader.read(file);
    }

    @Override
    public RgbImage decode(FileBytes file, PsdHeader header, int scaleDenominator, OpenCvDecoder openCv)
            throws ImageRejectedException {
        int pixels = header.width() * header.height();
        byte[] rgb = new byte[3 * pixels];
        switch (header.mode()) {
            case BITMAP, GREY, INDEXED -> {
                byte[] channel = channel(file, header, 0);
                for (int i = 0; i < pixels; i++) {
                    for (int c = 0; c < 3; c++) {
                        rgb[3 * i + c] = level(file, header, channel, i, c);
                    }
                }
            }
            case RGB -> {
                for (int c = 0; c < 3; c++) {
                    byte[] channel = channel(file, header, c);
                    for (int i = 0; i < pixels; i++) {
                        rgb[3 * i + c] = channel[i];
                    }
                }
                if (header.decodedChannels() == 4) {
                    channel(file, header, 3); // alpha must be there, too
                }
            }
            case CMYK -> {
                byte[] black = channel(file, header, 3);
                for (int c = 0; c < 3; c++) {
                    byte[] ink = channel(file, header, c);
                    for (int i = 0; i < pixels; i++) {
                        rgb[3 * i + c] = Cmyk.toRgb(255 - (ink[i] & 0xff), 255 - (black[i] & 0xff));
                    }
                }
            }
            case LAB -> {
                byte[] l = channel(file, header, 0);
                byte[] a = channel(file, header, 1);
                byte[] b = channel(file, header, 2);
                for (int i = 0; i < pixels; i++) {
                    LabColours.toRgb(l[i] & 0xff, a[i] & 0xff, b[i] & 0xff, rgb, 3 * i);
                }
            }
        }
        return new RgbImage(rgb, header.width(), header.height());
    }

    /** The level of a pixel of a single channel in colour {@code c}. */
    private static byte level(FileBytes file, PsdHeader header, byte[] channel, int pixel, int c) {
        return switch (header.mode()) {
            case BITMAP -> {
                int x = pixel % header.width();
                int bits = channel[pixel / header.width() * header.rowBytes() + x / 8];
                yield (byte) -(bits >> (7 - x % 8) & 1);
            }
            case INDEXED ->
                header.colours() == 0 ? 0 : (byte) file.at(header.colours() + 256 * c + (channel[pixel] & 0xff));
            default -> channel[pixel];
        };
    }

    /** The bytes of a channel, row by row. */
    private static byte[] channel(FileBytes file, PsdHeader header, int channel) throws ImageRejectedException {
        byte[] bytes = new byte[header.rowBytes() * header.height()];
        if (header.compression() == Compression.RAW) {
            int from = header.dataOffset() + channel * bytes.length;
            System.arraycopy(file.array(), file.offset() + from, bytes, 0, bytes.length);
            return bytes;
        }
        ByteReader in = ByteReader.bigEndian(file);
        long rows = (long) header.rowsOfChannels() * header.height();
        long at = header.dataOffset() + 2 * rows;
        for (int row = 0; row < channel * header.height(); row++) {
            at += in.u16(header.dataOffset() + 2L * row);
        }
        unpack(file, at, bytes, header.rowBytes());
        return bytes;
    }

    /** Runs and literals end with their row. */
    private static void unpack(FileBytes file, long from, byte[] bytes, int rowBytes) throws ImageRejectedException {
        long at = from;
        for (int rowEnd = rowBytes, to = 0; to < bytes.length; rowEnd += rowBytes) {
            while (to < rowEnd) {
                int code = at(file, at++);
                if (code == 0x80) {
                    continue;
                }
                boolean run = code > 0x80;
                int count = run ? 257 - code : code + 1;
                at(file, at + (run ? 0 : count - 1));
                for (int i = 0; i < count && to < rowEnd; i++) {
                    bytes[to++] = (byte) file.at((int) at + (run ? 0 : i));
                }
                at += run ? 1 : count;
            }
        }
    }

    private static int at(FileBytes file, long at) throws ImageRejectedException {
        if (at >= file.length()) {
            throw new ImageRejectedException(
                    RejectionReason.TRUNCATED, "the file ends after " + file.length() + " bytes, within its PSD image");
        }
        return file.at((int) at);
    }
}
