package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;

/**
 * The header of a TGA.
 *
 * @param runLength whether rows are run-length encoded
 * @param rows the order of rows in the file
 * @param columns the order of pixels in a row
 * @param colours the colour map; of no entries if there is none
 * @param dataOffset of the first pixel
 */
record TgaHeader(
        int width,
        int height,
        Pixels pixels,
        boolean runLength,
        Order rows,
        Order columns,
        ColourMap colours,
        int dataOffset,
        Completeness completeness)
        implements ImageHeader {
    private static final int HEADER_BYTES = 18;
    private static final int RUN_LENGTH = 8;
    private static final int RIGHT_TO_LEFT = 0x10;
    private static final int TOP_DOWN = 0x20;
    private static final int MAX_RUN = 128;

    enum Order {
        /** From the top, or from the left. */
        FORWARDS,
        BACKWARDS
    }

    /** What a pixel holds, by the image type without run lengths, and the bits of a pixel. */
    enum Pixels {
        INDEX(1, 8),
        BIT(3, 1),
        GREY(3, 8),
        GREY_ALPHA(3, 16),
        BGR_5(2, 16),
        BGR(2, 24),
        BGRA(2, 32);

        private final int type;
        private final int bits;

        Pixels(int type, int bits) {
            this.type = type;
            this.bits = bits;
        }

        /** Bytes per pixel; 0 for single bits. */
        int bytes() {
            return bits / 8;
        }

        int rowBytes(int width) {
            return (int) (((long) width * bits + 7) / 8);
        }

        private static Optional<Pixels> of(int type, int bits) {
            return Arrays.stream(values())
                    .filter(pixels -> pixels.type == type && pixels.bits == bits)
                    .findFirst();
        }
    }

    /**
     * The colour map: entries of 5 or 8 bits for each channel.
     *
     * @param first index of its first entry
     * @param bits of an entry: 16 or 24; others are unsupported
     */
    record ColourMap(int offset, int first, int entries, int bits) implements Serializable {}

    @Override
    public ImageFormat format() {
        return ImageFormat.TGA;
    }

    /** TGA has no signature: its fields must go together. */
    static boolean isPlausible(FileBytes file) {
        if (file.length() < HEADER_BYTES || file.at(1) > 1 || (file.at(2) & ~RUN_LENGTH) == 0 || file.at(2) > 11) {
            return false;
        }
        int type = file.at(2) & ~RUN_LENGTH;
        boolean mapped = file.at(1) == 1;
        int mapBits = file.at(7);
        return Pixels.of(type, file.at(16)).isPresent()
                && (mapped ? mapBits == 16 || mapBits == 24 || mapBits == 32 : type != 1)
                && (file.at(12) | file.at(13)) != 0
                && (file.at(14) | file.at(15)) != 0;
    }

    static TgaHeader read(FileBytes file) throws ImageRejectedException {
        ByteReader in = ByteReader.littleEndian(file);
        int type = in.u8(2);
        Pixels pixels = Pixels.of(type & ~RUN_LENGTH, in.u8(16)).orElseThrow();
        int offset = HEADER_BYTES + in.u8(0);
        ColourMap colours =
                in.u8(1) == 1 ? new ColourMap(offset, in.u16(3), in.u16(5), in.u8(7)) : new ColourMap(offset, 0, 0, 24);
        checkColours(in, pixels, colours);
        offset += colours.entries * colours.bits / 8;
        int width = in.u16(12);
        int height = in.u16(14);
        boolean runLength = (type & RUN_LENGTH) != 0;
        // A run has at most 128 pixels and ends with its row.
        long rowBytes = runLength ? (width + MAX_RUN - 1L) / MAX_RUN * (1 + pixels.bytes()) : pixels.rowBytes(width);
        return new TgaHeader(
                width,
                height,
                in.u8(1) == 1 && pixels == Pixels.GREY ? Pixels.INDEX : pixels,
                runLength,
                (in.u8(17) & TOP_DOWN) == 0 ? Order.BACKWARDS : Order.FORWARDS,
                (in.u8(17) & RIGHT_TO_LEFT) == 0 ? Order.FORWARDS : Order.BACKWARDS,
                colours,
                offset,
                offset + rowBytes * height <= file.length() ? Completeness.COMPLETE : Completeness.TRUNCATED);
    }

    private static void checkColours(ByteReader in, Pixels pixels, ColourMap colours) throws ImageRejectedException {
        if (in.u8(1) == 0) {
            return;
        }
        if (pixels != Pixels.INDEX && pixels != Pixels.GREY || colours.bits == 32) {
            throw new ImageRejectedException(
                    RejectionReason.UNSUPPORTED,
                    "a TGA of " + pixels.bits + "-bit pixels with a colour map of " + colours.bits + " bits");
        }
        if (colours.first + colours.entries > 256) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "TGA has a colour map of " + (colours.first + colours.entries) + " entries for pixels of 8 bits");
        }
    }
}
