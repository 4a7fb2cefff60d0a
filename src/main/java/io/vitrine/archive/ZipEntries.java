package io.vitrine.archive;

import io.vitrine.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The entries of a zip's central directory before the first damaged one.
 *
 * @param damage why there may be more
 */
record ZipEntries(List<Entry> list, Optional<Flaw> damage) {
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int DIRECTORY_SIGNATURE = 0x05054b50;
    private static final int UTF_8_NAME = 1 << 11;
    private static final Charset DOS = Charset.forName("IBM437");

    /** A member as the directory describes it. */
    record Entry(String name, int flags, int method, long crc, long packed, long length, int unixMode, long header) {
        private static final int ENCRYPTED = 1;
        private static final int UNIX_TYPE = 0xf000;
        private static final int UNIX_LINK = 0xa000;

        boolean isEncrypted() {
            return (flags & ENCRYPTED) != 0;
        }

        boolean isLink() {
            return (unixMode & UNIX_TYPE) == UNIX_LINK;
        }
    }

    /** The entries in the bytes of the directory that {@code place} says. */
    static ZipEntries of(ByteBuffer directory, ZipDirectory place) {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        while (at + ENTRY_BYTES <= directory.limit() && directory.getInt(at) == ENTRY) {
            int nameEnd = at + ENTRY_BYTES + ZipBytes.u16(directory, at + 28);
            int extraEnd = nameEnd + ZipBytes.u16(directory, at + 30);
            int end = extraEnd + ZipBytes.u16(directory, at + 32);
            if (end > directory.limit()) {
                break;
            }
            byte[] name = new byte[nameEnd - at - ENTRY_BYTES];
            directory.get(at + ENTRY_BYTES, name);
            int flags = ZipBytes.u16(directory, at + 8);
            // The 64-bit field has those of these three, in this order, that do not fit.
            long[] sizes = {
                ZipBytes.u32(directory, at + 24), ZipBytes.u32(directory, at + 20), ZipBytes.u32(directory, at + 42)
            };
            widen(directory, nameEnd, extraEnd, sizes);
            entries.add(new Entry(
                    name(name, flags),
                    flags,
                    ZipBytes.u16(directory, at + 10),
                    ZipBytes.u32(directory, at + 16),
                    sizes[1],
                    sizes[0],
                    ZipBytes.u16(directory, at + 40),
                    sizes[2] + place.shift()));
            at = end;
        }
        boolean isWhole =
                at == directory.limit() || (at + 4 <= directory.limit() && directory.getInt(at) == DIRECTORY_SIGNATURE);
        Optional<Flaw> damage = isWhole && entries.size() >= place.entries()
                ? Optional.empty()
                : Optional.of(new Flaw(
                        RejectionReason.CORRUPT,
                        "the zip is damaged: its directory says " + place.entries() + " members, but after "
                                + entries.size() + " none follows at byte " + (place.offset() + at)
                                + ", so that members are lost"));
        return new ZipEntries(entries, damage);
    }

    private static void widen(ByteBuffer directory, int from, int to, long[] sizes) {
        for (int at = from; at + 4 <= to; at += 4 + ZipBytes.u16(directory, at + 2)) {
            if (ZipBytes.u16(directory, at) == 1) {
                int field = at + 4;
                for (int i = 0; i < sizes.length; i++) {
                    if (sizes[i] == ZipBytes.MASK_32
                            && field + 8 <= Math.min(to, at + 4 + ZipBytes.u16(directory, at + 2))) {
                        sizes[i] = directory.getLong(field);
                        field += 8;
                    }
                }
                return;
            }
        }
    }

    private static String name(byte[] name, int flags) {
        if ((flags & UTF_8_NAME) != 0) {
            return new String(name, StandardCharsets.UTF_8);
        }
        try { // many programs write UTF-8 and don't say so
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(name, DOS);
        }
    }
}
