package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The first directory of a TIFF. Values are read where they lie in the file, so a tag takes the same few bytes of memory however
 * many values it claims.
 *
 * <p>There are two views of a damaged directory. Pillow stops at the first tag whose values reach past the end of the file, and of
 * two equal tags takes the last. libtiff leaves such tags out, and takes the first of two. Pillow reads what a pixel consists of;
 * libtiff decompresses.
 */
final class TiffDirectory {
    static final int MAX_ENTRIES = 4096; // libtiff's limit
    private static final int BIG_TIFF = 43;

    /** Where the values of a tag lie. */
    record Values(int type, int width, long count, long from) {}

    private final FileBytes file;
    private final ByteReader in;
    private final boolean littleEndian;
    private final Map<Integer, Values> pillow = new HashMap<>();
    private final Map<Integer, Values> libtiff = new HashMap<>();
    private final Set<Integer> unreadable = new HashSet<>();
    private long entries;
    private long valueBytes;
    private boolean truncated;
    private boolean unknownType;
    private boolean big;

    private TiffDirectory(FileBytes file) {
        this.file = file;
        this.littleEndian = file.matches(0, "I");
        this.in = littleEndian ? ByteReader.littleEndian(file) : ByteReader.bigEndian(file);
    }

    /** @param file from the byte-order mark on */
    static TiffDirectory read(FileBytes file) throws ImageRejectedException {
        TiffDirectory directory = new TiffDirectory(file);
        directory.read();
        return directory;
    }

    private void read() throws ImageRejectedException {
        big = isWithin(2, 2) && in.u16(2) == BIG_TIFF;
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
            complete = add(at, complete);
        }
    }

    /**
     * @param visible whether Pillow reads this tag
     * @return whether it reads the next one
     */
    private boolean add(long at, boolean visible) throws ImageRejectedException {
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
            pillow.put(in.u16(at), values);
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

    Map<Integer, Values> tagsOfPillow() {
        return pillow;
    }

    Map<Integer, Values> tagsOfLibtiff() {
        return libtiff;
    }

    /** Reads the file in the directory's byte order. */
    ByteReader in() {
        return in;
    }

    boolean isLittleEndian() {
        return littleEndian;
    }

    /** Whether the directory has {@code tag}, but of an unknown type, without values, or past the end of the file. */
    boolean isUnreadable(int tag) {
        return unreadable.contains(tag);
    }

    /** Whether any tag is of an unknown type, so that nobody knows how long it is. */
    boolean hasUnknownType() {
        return unknownType;
    }

    /** The number of tags in the directory. Only the first {@link #MAX_ENTRIES} are read. */
    long entries() {
        return entries;
    }

    /** Bytes that all values take outside the directory, whatever their tags and types. More than the file has if they overlap. */
    long valueBytes() {
        return valueBytes;
    }

    /** Bytes of the file's header, the directory and its values. */
    long bytes() {
        return (big ? 16 + 8 + 20 * entries + 8 : 8 + 2 + 12 * entries + 4) + valueBytes;
    }

    /** Whether the directory reaches past the end of the file. */
    boolean isTruncated() {
        return truncated;
    }
}
