package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The used integer tags in the first directory of a TIFF file or an EXIF block. Values are read where they lie in the file, so a
 * tag takes the same few bytes of memory however many values it claims.
 */
final class TiffTags {
    static final int IMAGE_WIDTH = 256;
    static final int IMAGE_LENGTH = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC_INTERPRETATION = 262;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTE_COUNTS = 279;
    static final int COLOR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_LENGTH = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTE_COUNTS = 325;
    static final int EXTRA_SAMPLES = 338;

    static final int MAX_ENTRIES = 4096; // libtiff's limit

    private static final Set<Integer> USED = Set.of(
            IMAGE_WIDTH,
            IMAGE_LENGTH,
            BITS_PER_SAMPLE,
            COMPRESSION,
            PHOTOMETRIC_INTERPRETATION,
            STRIP_OFFSETS,
            ORIENTATION,
            SAMPLES_PER_PIXEL,
            ROWS_PER_STRIP,
            STRIP_BYTE_COUNTS,
            COLOR_MAP,
            TILE_WIDTH,
            TILE_LENGTH,
            TILE_OFFSETS,
            TILE_BYTE_COUNTS,
            EXTRA_SAMPLES);

    private static final int BIG_TIFF = 43;

    /** Where the values of a tag lie. */
    private record Values(int width, long count, long from) {}

    private final FileBytes file;
    private final ByteReader in;
    private final Map<Integer, Values> tags = new HashMap<>();
    private long entries;
    private long valueBytes;
    private boolean truncated;

    private TiffTags(FileBytes file) {
        this.file = file;
        this.in = file.matches(0, "I") ? ByteReader.littleEndian(file) : ByteReader.bigEndian(file);
    }

    /**
     * Reads the first directory. Tags that reach past the end are left out.
     *
     * @param file from the byte-order mark on
     */
    static TiffTags read(FileBytes file) throws ImageRejectedException {
        TiffTags result = new TiffTags(file);
        result.readDirectory();
        return result;
    }

    private void readDirectory() throws ImageRejectedException {
        boolean big = isWithin(2, 2) && in.u16(2) == BIG_TIFF;
        truncated = !isWithin(big ? 8 : 4, big ? 8 : 4);
        if (truncated) {
            return;
        }
        long at = big ? in.u64(8) : in.u32(4);
        int countBytes = big ? 8 : 2;
        truncated = !isWithin(at, countBytes);
        if (truncated) {
            return;
        }
        entries = big ? in.u64(at) : in.u16(at);
        at += countBytes;
        int entryBytes = big ? 20 : 12;
        for (long i = 0; i < Math.min(entries, MAX_ENTRIES); i++, at += entryBytes) {
            if (!isWithin(at, entryBytes)) {
                truncated = true;
                return;
            }
            add(at, big);
        }
    }

    private void add(long at, boolean big) throws ImageRejectedException {
        int type = in.u16(at + 2);
        long count = big ? in.u64(at + 4) : in.u32(at + 4);
        int width = width(type);
        if (width == 0 || count == 0) {
            return;
        }
        long value = at + (big ? 12 : 8);
        boolean inline = count > 0 && count <= (big ? 8 : 4) / width;
        long from = inline ? value : big ? in.u64(value) : in.u32(value);
        boolean complete = count > 0 && count <= file.length() / width && isWithin(from, count * width);
        if (complete && !inline) {
            valueBytes += count * width;
        }
        if (!isUnsignedInteger(type)) {
            return;
        }
        int tag = in.u16(at);
        if (!complete) {
            truncated = true;
        } else if (USED.contains(tag)) {
            tags.putIfAbsent(tag, new Values(width, count, from)); // of two equal tags, the first counts
        }
    }

    private boolean isWithin(long from, long length) {
        return from >= 0 && from <= file.length() - length;
    }

    /** Bytes per value; 0 for unknown types. */
    private static int width(int type) {
        return switch (type) {
            case 1, 2, 6, 7 -> 1; // BYTE, ASCII, SBYTE, UNDEFINED
            case 3, 8 -> 2; // SHORT, SSHORT
            case 4, 9, 11, 13 -> 4; // LONG, SLONG, FLOAT, IFD
            case 5, 10, 12, 16, 17, 18 -> 8; // RATIONAL, SRATIONAL, DOUBLE, LONG8, SLONG8, IFD8
            default -> 0;
        };
    }

    private static boolean isUnsignedInteger(int type) {
        return type == 1 || type == 3 || type == 4 || type == 16;
    }

    /** The first value of {@code tag}, or {@code defaultValue} if it is absent. */
    long first(int tag, long defaultValue) throws ImageRejectedException {
        return has(tag) ? value(tag, 0) : defaultValue;
    }

    boolean has(int tag) {
        return tags.containsKey(tag);
    }

    /** The number of values of {@code tag}; 0 if it is absent. */
    long count(int tag) {
        return has(tag) ? tags.get(tag).count : 0;
    }

    /** The value of {@code tag} at {@code index}, which is less than {@link #count}. */
    long value(int tag, long index) throws ImageRejectedException {
        Values values = tags.get(tag);
        long at = values.from + index * values.width;
        return switch (values.width) {
            case 1 -> in.u8(at);
            case 2 -> in.u16(at);
            case 4 -> in.u32(at);
            default -> in.u64(at);
        };
    }

    /** The number of tags in the directory. Only the first {@link #MAX_ENTRIES} are read. */
    long entries() {
        return entries;
    }

    /** Bytes that all values take outside the directory, whatever their tags and types. More than the file has if they overlap. */
    long valueBytes() {
        return valueBytes;
    }

    /** Whether the directory, or the values of a tag, reach past the end of the file. */
    boolean isTruncated() {
        return truncated;
    }
}
