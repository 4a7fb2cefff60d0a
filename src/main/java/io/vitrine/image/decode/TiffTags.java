package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The tags in the first directory of a TIFF file or an EXIF block. Values are read where they lie in the file, so a tag takes the
 * same few bytes of memory however many values it claims.
 *
 * <p>There are two views of a damaged directory. Pillow stops at the first tag whose values reach past the end of the file, and of
 * two equal tags takes the last. libtiff leaves such tags out, and takes the first of two. Pillow reads what a pixel consists of;
 * libtiff decompresses.
 */
final class TiffTags {
    static final int IMAGE_WIDTH = 256;
    static final int IMAGE_LENGTH = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC_INTERPRETATION = 262;
    static final int FILL_ORDER = 266;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTE_COUNTS = 279;
    static final int PLANAR_CONFIGURATION = 284;
    static final int PREDICTOR = 317;
    static final int COLOR_MAP = 320;
    static final int TILE_WIDTH = 322;
    static final int TILE_LENGTH = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTE_COUNTS = 325;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;
    static final int JPEG_TABLES = 347;
    static final int XMP = 700;

    static final int MAX_ENTRIES = 4096; // libtiff's limit

    private static final int BYTE = 1;
    private static final int UNDEFINED = 7;
    private static final int BIG_TIFF = 43;

    /** Where the values of a tag lie. */
    private record Values(int type, int width, long count, long from) {}

    private final FileBytes file;
    private final ByteReader in;
    private final boolean littleEndian;
    private final Map<Integer, Values> tags;
    private final Map<Integer, Values> libtiff;
    private final Set<Integer> unreadable = new HashSet<>();
    private long entries;
    private long valueBytes;
    private boolean truncated;
    private boolean unknownType;

    private TiffTags(FileBytes file, Map<Integer, Values> tags, Map<Integer, Values> libtiff) {
        this.file = file;
        this.littleEndian = file.matches(0, "I");
        this.in = littleEndian ? ByteReader.littleEndian(file) : ByteReader.bigEndian(file);
        this.tags = tags;
        this.libtiff = libtiff;
    }

    /**
     * Reads the first directory, as Pillow sees it.
     *
     * @param file from the byte-order mark on
     */
    static TiffTags read(FileBytes file) throws ImageRejectedException {
        TiffTags result = new TiffTags(file, new HashMap<>(), new HashMap<>());
        result.readDirectory();
        return result;
    }

    /** The same directory, as libtiff sees it. */
    TiffTags asInLibtiff() {
        TiffTags result = new TiffTags(file, libtiff, libtiff);
        result.entries = entries;
        result.valueBytes = valueBytes;
        result.truncated = truncated;
        result.unreadable.addAll(unreadable);
        result.unknownType = unknownType;
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
        boolean complete = true;
        for (long i = 0; i < Math.min(entries, MAX_ENTRIES); i++, at += entryBytes) {
            if (!isWithin(at, entryBytes)) {
                truncated = true;
                return;
            }
            complete = add(at, big, complete);
        }
    }

    /**
     * @param visible whether Pillow reads this tag
     * @return whether it reads the next one
     */
    private boolean add(long at, boolean big, boolean visible) throws ImageRejectedException {
        int type = in.u16(at + 2);
        long count = big ? in.u64(at + 4) : in.u32(at + 4);
        int width = width(type);
        unknownType |= width == 0 && type != 0; // libtiff takes 0 for bytes
        if (width == 0 || count == 0) {
            addUnreadable(in.u16(at));
            return visible;
        }
        long value = at + (big ? 12 : 8);
        boolean inline = count > 0 && count <= (big ? 8 : 4) / width;
        long from = inline ? value : big ? in.u64(value) : in.u32(value);
        if (count < 0 || count > file.length() / width || !isWithin(from, count * width)) {
            addUnreadable(in.u16(at));
            return false;
        }
        if (!inline) {
            valueBytes += count * width;
        }
        Values values = new Values(type, width, count, from);
        if (!unreadable.contains(in.u16(at))) {
            libtiff.putIfAbsent(in.u16(at), values);
        }
        if (visible) {
            tags.put(in.u16(at), values);
        }
        return visible;
    }

    private void addUnreadable(int tag) {
        if (!libtiff.containsKey(tag)) {
            unreadable.add(tag);
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
            case 5, 10, 12, 16 -> 8; // RATIONAL, SRATIONAL, DOUBLE, LONG8
            default -> 0;
        };
    }

    /** Pillow reads single bytes as text. */
    private static boolean isInteger(int type) {
        return type == 3 || type == 4 || type == 6 || type == 8 || type == 9 || type == 13 || type == 16;
    }

    /** The first value of {@code tag}, or {@code defaultValue} if it is absent. */
    long first(int tag, long defaultValue) throws ImageRejectedException {
        return has(tag) ? value(tag, 0) : defaultValue;
    }

    /**
     * The first value of {@code tag}, or {@code defaultValue} if it is absent.
     *
     * @throws ImageRejectedException if it is no integer
     */
    long integer(int tag, long defaultValue) throws ImageRejectedException {
        if (has(tag) && !isInteger(tags.get(tag).type)) {
            throw new ImageRejectedException(
                    RejectionReason.CORRUPT,
                    "TIFF tag " + tag + " has values of type " + tags.get(tag).type + ", not integers");
        }
        return first(tag, defaultValue);
    }

    boolean has(int tag) {
        return tags.containsKey(tag);
    }

    /** Whether the directory has {@code tag}, but of an unknown type, without values, or past the end of the file. */
    boolean isUnreadable(int tag) {
        return unreadable.contains(tag);
    }

    /** Whether any tag is of an unknown type, so that nobody knows how long it is. */
    boolean hasUnknownType() {
        return unknownType;
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

    /** The bytes of {@code tag}; none if it is absent, or has values of other types. */
    FileBytes bytes(int tag) {
        Values values = tags.get(tag);
        if (values == null || values.type != BYTE && values.type != UNDEFINED) {
            return file.part(0, 0);
        }
        return file.part((int) values.from, (int) (values.from + values.count));
    }

    boolean isLittleEndian() {
        return littleEndian;
    }

    /** The number of tags in the directory. Only the first {@link #MAX_ENTRIES} are read. */
    long entries() {
        return entries;
    }

    /** Bytes that all values take outside the directory, whatever their tags and types. More than the file has if they overlap. */
    long valueBytes() {
        return valueBytes;
    }

    /** Whether the directory reaches past the end of the file. */
    boolean isTruncated() {
        return truncated;
    }
}
