package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the orientation from an EXIF block: a TIFF directory, whose tags count as in Pillow's {@code Image.Exif}. */
final class Exif {
    /** Pillow also takes headers whose version is swapped, and BigTIFF of big-endian order, as if it were TIFF. */
    private static final Set<String> HEADERS = Set.of("MM\0*", "II*\0", "MM*\0", "II\0*", "MM\0+");

    private static final String PREFIX = "Exif\0\0";
    private static final int ORIENTATION = 274;
    private static final int UPRIGHT = 1;
    private static final int ENTRY_BYTES = 12;
    private static final int INLINE_BYTES = 4;

    private static final int SIGNED_BYTE = 6;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int RATIONAL = 5;
    private static final int SIGNED_SHORT = 8;
    private static final int SIGNED_LONG = 9;
    private static final int SIGNED_RATIONAL = 10;
    private static final int FLOAT = 11;
    private static final int DOUBLE = 12;
    private static final int IFD = 13;
    private static final int LONG8 = 16;

    private final ByteBuffer block;

    private Exif(ByteBuffer block) {
        this.block = block;
    }

    /**
     * Finds the orientation. Of equal tags the last counts. Tags are read up to the first whose value reaches past the block.
     *
     * @param block may start with {@code Exif\0\0}, once or more often
     * @return 1 to 8, where 1 also stands for a block that is no EXIF and for a value that is no orientation; empty if the block
     *     has no such tag
     */
    static OptionalInt orientation(FileBytes block) {
        int from = 0;
        while (block.matches(from, PREFIX)) {
            from += PREFIX.length();
        }
        FileBytes tiff = block.part(from, block.length());
        if (tiff.length() == 0) {
            return OptionalInt.empty();
        }
        if (tiff.length() < 8 || HEADERS.stream().noneMatch(header -> tiff.matches(0, header))) {
            return OptionalInt.of(UPRIGHT);
        }
        ByteBuffer buffer =
                ByteBuffer.wrap(tiff.array(), tiff.offset(), tiff.length()).slice();
        buffer.order(tiff.at(0) == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        return new Exif(buffer).find();
    }

    private OptionalInt find() {
        OptionalInt found = OptionalInt.empty();
        long directory = u32(4);
        int entries = isWithin(directory, 2) ? u16(directory) : 0;
        for (int i = 0; i < entries; i++) {
            long at = directory + 2 + (long) i * ENTRY_BYTES;
            if (!isWithin(at, ENTRY_BYTES)) {
                break;
            }
            int type = u16(at + 2);
            long bytes = u32(at + 4) * width(type);
            long value = bytes > INLINE_BYTES ? u32(at + 8) : at + 8;
            if (!isWithin(value, bytes)) {
                break;
            }
            if (bytes > 0 && u16(at) == ORIENTATION) {
                double orientation = number(type, (int) value);
                found = OptionalInt.of(orientation >= 1 && orientation <= 8 ? (int) orientation : UPRIGHT);
            }
        }
        return found;
    }

    private boolean isWithin(long from, long length) {
        return from <= block.capacity() - length;
    }

    private int u16(long at) {
        return block.getShort((int) at) & 0xffff;
    }

    private long u32(long at) {
        return block.getInt((int) at) & 0xffffffffL;
    }

    /** Bytes per value; 0 for types that are skipped. */
    private static int width(int type) {
        return switch (type) {
            case 1, 2, 7, SIGNED_BYTE -> 1; // also BYTE, ASCII and UNDEFINED
            case SHORT, SIGNED_SHORT -> 2;
            case LONG, SIGNED_LONG, FLOAT, IFD -> 4;
            case RATIONAL, SIGNED_RATIONAL, DOUBLE, LONG8 -> 8;
            default -> 0;
        };
    }

    /** The first value of a tag, or 0 if it is no whole number. Bytes and text are none: Pillow keeps them as they are. */
    private double number(int type, int at) {
        double value =
                switch (type) {
                    case SIGNED_BYTE -> block.get(at);
                    case SHORT, SIGNED_SHORT -> block.getShort(at);
                    case LONG, SIGNED_LONG, IFD -> block.getInt(at);
                    case LONG8 -> block.getLong(at);
                    case RATIONAL -> (double) u32(at) / u32(at + 4L);
                    case SIGNED_RATIONAL -> (double) block.getInt(at) / block.getInt(at + 4);
                    case FLOAT -> block.getFloat(at);
                    case DOUBLE -> block.getDouble(at);
                    default -> 0;
                };
        return value == Math.rint(value) ? value : 0;
    }
}
