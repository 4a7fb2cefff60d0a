package io.vitrine.image.decode;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import java.util.HashMap;
import java.util.Map;

/** The whole-number tags of a TIFF structure's first directory: of a TIFF file, or of an EXIF block. */
final class TiffTags {
    private static final int MAX_VALUES = 1 << 20; // a strip each row of the tallest image

    private final Map<Integer, long[]> tags = new HashMap<>();
    private boolean cut;

    /**
     * @param bytes from the byte-order mark on
     * @throws ImageRejectedException truncated, if the directory lies past the end
     */
    static TiffTags read(FileBytes bytes) throws ImageRejectedException {
        TiffTags result = new TiffTags();
        ByteReader in = new ByteReader(bytes, bytes.length() > 0 && bytes.at(0) == 'I');
        boolean big = in.u16(2) == 43;
        long at = big ? in.u64(8) : in.u32(4);
        long entries = big ? in.u64(at) : in.u16(at);
        at += big ? 8 : 2;
        for (long i = 0; i < Math.min(entries, 4096); i++, at += big ? 20 : 12) {
            try {
                result.add(in, at, big);
            } catch (ImageRejectedException e) {
                result.cut = true; // one bad tag costs itself; the first of a name is the one that counts
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
            in.u8(Math.addExact(from, Math.min(count, MAX_VALUES) * width) - 1); // all there, before an array is made
            tags.putIfAbsent(in.u16(at), values(in, type, from, (int) Math.min(count, MAX_VALUES)));
        }
    }

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

    /** The first value of {@code tag}. */
    long first(int tag, long otherwise) {
        long[] values = tags.get(tag);
        return values == null ? otherwise : values[0];
    }

    boolean has(int tag) {
        return tags.containsKey(tag);
    }

    /** Every value of {@code tag}; none if it is absent. */
    long[] all(int tag) {
        return tags.getOrDefault(tag, new long[0]);
    }

    /** Whether a tag or its values reach past the end. */
    boolean isCut() {
        return cut;
    }
}
