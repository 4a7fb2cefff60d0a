package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;

/**
 * The header of a PSD.
 *
 * @param rowsOfChannels how many channels' rows have a length at the start of packed data, those of the mode first
 * @param decodedChannels those of the mode, and alpha of RGB, if four channels are all
 * @param colours offset of the colour table: 256 reds, then greens, then blues; 0 if it has none
 * @param compression of the composite image
 * @param dataOffset of the composite's first channel; with {@link Compression#PACK_BITS}, of the lengths of its rows
 */
record PsdHeader(
        int width,
        int height,
        Mode mode,
        int rowsOfChannels,
        int decodedChannels,
        int colours,
        Compression compression,
        int dataOffset,
        Completeness completeness)
        implements ImageHeader {
    private static final int HEADER_BYTES = 26;
    private static final int COLOUR_TABLE_BYTES = 768;
    private static final int MAX_RUN = 128;

    enum Compression {
        RAW,
        PACK_BITS
    }

    /** What the channels hold. */
    enum Mode {
        /** A bit per pixel; a set one is white, as in Pillow. */
        BITMAP(1),
        GREY(1),
        INDEXED(1),
        RGB(3),
        /** Stored inverted: 0 is full ink. */
        CMYK(4),
        LAB(3);

        final int channels;

        Mode(int channels) {
            this.channels = channels;
        }

        private static Mode of(int number, int bits) throws ImageRejectedException {
            if (number == 0 && bits == 1) {
                return BITMAP;
            }
            return switch (bits == 8 ? number : -1) {
                case 0, 1, 7, 8 -> GREY; // bitmap, grey, multichannel, duotone
                case 2 -> INDEXED;
                case 3 -> RGB;
                case 4 -> CMYK;
                case 9 -> LAB;
                default ->
                    throw new ImageRejectedException(
                            RejectionReason.UNSUPPORTED,
                            "a PSD of colour mode " + number + " with " + bits + " bits per sample");
            };
        }
    }

    @Override
    public ImageFormat format() {
        return ImageFormat.PSD;
    }

    static PsdHeader read(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.bigEndian(file);
        int channels = in.u16(12);
        Mode mode = Mode.of(in.u16(24), in.u16(22));
        if (channels < mode.channels) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT, "PSD of mode " + mode + " has " + channels + " channels");
        }
        int decoded = mode == Mode.RGB && channels == 4 ? 4 : mode.channels;
        long colourBytes = in.u32(HEADER_BYTES);
        long resources = HEADER_BYTES + 4 + colourBytes;
        long layers = endOfResources(in, resources);
        long data = layers + 4 + in.u32(layers);
        int compression = in.u16(data);
        if (compression > 1) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED, "a PSD whose image is compressed with method " + compression);
        }
        int width = (int) Math.min(Integer.MAX_VALUE, in.u32(18));
        int height = (int) Math.min(Integer.MAX_VALUE, in.u32(14));
        PsdHeader header = new PsdHeader(
                width,
                height,
                mode,
                rowsOfChannels(in, file, data + 2, channels, decoded, height),
                decoded,
                mode == Mode.INDEXED && colourBytes == COLOUR_TABLE_BYTES ? HEADER_BYTES + 4 : 0,
                compression == 0 ? Compression.RAW : Compression.PACK_BITS,
                (int) data + 2,
                Completeness.COMPLETE);
        return header.dataOffset + header.minDataBytes() <= file.length() ? header : header.truncated();
    }

    /** Walks through the resources as Pillow does: the last may go past the end of their section. */
    private static long endOfResources(ByteReader in, long start) throws ImageRejectedException {
        long end = start + 4 + in.u32(start);
        long at = start + 4;
        while (at < end) {
            int nameBytes = in.u8(at + 6);
            long length = at + 7 + nameBytes + (nameBytes & 1 ^ 1);
            long bytes = in.u32(length);
            at = length + 4 + bytes + (bytes & 1);
        }
        return at;
    }

    /** All channels if the lengths of their rows fit the file, else those that are decoded, as Pillow always assumes. */
    private static int rowsOfChannels(ByteReader in, FileBytes file, long offset, int channels, int decoded, int height)
            throws ImageRejectedException {
        long end = offset + 2L * channels * height;
        if (end > file.length()) {
            return decoded;
        }
        long bytes = 0;
        for (long at = offset; at < end; at += 2) {
            bytes += in.u16(at);
        }
        return end + bytes <= file.length() ? channels : decoded;
    }

    private PsdHeader truncated() {
        return new PsdHeader(
                width,
                height,
                mode,
                rowsOfChannels,
                decodedChannels,
                colours,
                compression,
                dataOffset,
                Completeness.TRUNCATED);
    }

    int rowBytes() {
        return mode == Mode.BITMAP ? (int) ((width + 7L) / 8) : width;
    }

    /** Bytes of raw channels; of packed ones, the fewest that one channel takes. */
    private double minDataBytes() {
        return compression == Compression.RAW
                ? (double) rowBytes() * height * decodedChannels
                : 2.0 * rowsOfChannels * height + 2.0 * Math.ceil(rowBytes() / (double) MAX_RUN) * height;
    }
}
