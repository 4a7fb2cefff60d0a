package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.HashMap;
import java.util.Map;

/** The integer tags in the first directory of a TIFF file or an EXIF block. */
final class TiffTags {
    static final int IMAGE_WIDTH = 256;
    static final int IMAGE_LENGTH = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int PHOTOMETRIC_INTERPRETATION = 262;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int STRIP_BYTE_COUNTS = 279;
    static final int COLOR_MAP = 320;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTE_COUNTS = 325;
    static final int EXTRA_SAMPLES = 338;

    private static final int MAX_ENTRIES = 4096;
    private static final int MAX_VALUES = 1 << 20; // enough for the tallest image with one row per strip

    private final Map<Integer, long[]> tags = new HashMap<>();
    private boolean truncated;

    /**
     * Reads the first directory.
     *
     * @param file from the byte-order mark on
     * @throws ImageRejectedException truncated, if the directory lies past the end
     */
    static TiffTags read(FileBytes file) throws ImageRejectedException {
        TiffTags result = new TiffTags();
        ByteReader in = file.matches(0, "I") ? ByteReader.littleEndian(file) : ByteReader.bigEndian(file);
        boolean big = in.u16(2) == 43;
        long at = big ? in.u64(8) : in.u32(4);
        long entries = big ? in.u64(at) : in.u16(at);
        at += big ? 8 : 2;
        for (long i = 0; i < Math.min(entries, MAX_ENTRIES); i++, at += big ? 20 : 12) {
            try {
                result.add(in, at, big);
            } catch (ImageRejectedException e) {
                result.truncated = true; // the other tags are kept
            }
        }
        return result;
    }

    private void add(ByteReader in, long at, boolean big) throws ImageRejectedException {
        int type = in.u16(at + 2);
        long count = big ? in.u64(at + 4) : in.u32(at + 4);
        int width = width(type);
        if (width > 0 && count > 0) {
            long value = at + (big ? 12 : 8);
            boolean inline = count <= (big ? 8 : 4) / width;
            long from = inline ? value : big ? in.u64(value) : in.u32(value);
            in.u8(Math.addExact(from, Math.min(count, MAX_VALUES) * width)
                    - 1); // checks the end before allocating an array
            // Of two tags with the same number, the first counts.
            tags.putIfAbsent(in.u16(at), values(in, type, from, (int) Math.min(count, MAX_VALUES)));
        }
    }

    /** Bytes per value; 0 for types that are not unsigned integers. */
    private static int width(int type) {
        return switch (type) {
            case 1 -> 1; // BYTE
            case 3 -> 2; // SHORT
            case 4 -> 4; // LONG
            case 16 -> 8; // LONG8
            default -> 0;
        };
    }

    private static long[] values(ByteReader in, int type, long from, int count) throws ImageRejectedException {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (type) {
                case 1 -> in.u8(from + i);
                case 3 -> in.u16(from + 2L * i);
                case 4 -> in.u32(from + 4L * i);
                default -> in.u64(from + 8L * i);
            };
        }
        return values;
    }

    /** The first value of {@code tag}, or {@code defaultValue} if it is absent. */
    long first(int tag, long defaultValue) {
        long[] values = tags.get(tag);
        return values == null ? defaultValue : values[0];
    }

    boolean has(int tag) {
        return tags.containsKey(tag);
    }

    /** The values of {@code tag}; none if it is absent. */
    long[] all(int tag) {
        return tags.getOrDefault(tag, new long[0]);
    }

    /** Whether a tag or its values reach past the end of the file. */
    boolean isTruncated() {
        return truncated;
    }
}
