package io.vitrine.archive;

import io.vitrine.RejectionReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The entries of a zip's central directory, one by one, before the first damaged one. Holds {@value #WINDOW_BYTES} bytes of it at
 * most. Used by one thread.
 */
final class ZipEntries {
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int MAX_ENTRY_BYTES = ENTRY_BYTES + 3 * 0xffff;
    private static final int DIRECTORY_SIGNATURE = 0x05054b50;
    private static final int UTF_8_NAME = 1 << 11;
    private static final Charset DOS = Charset.forName("IBM437");
    private static final int WINDOW_BYTES = 4 << 20;

    private final ZipBytes file;
    private final ZipDirectory place;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowAt; // in the directory, as the next one
    private long at;
    private long count;

    ZipEntries(ZipBytes file, ZipDirectory place) {
        this.file = file;
        this.place = place;
    }

    /** A member as the directory describes it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(byte[] rawName, int flags, int method, long crc, long packed, long length, int unixMode, long header) {
        private static final int ENCRYPTED = 1;
        private static final int UNIX_TYPE = 0xf000;
        private static final int UNIX_LINK = 0xa000;

        boolean isEncrypted() {
            return (flags & ENCRYPTED) != 0;
        }

        boolean isLink() {
            return (unixMode & UNIX_TYPE) == UNIX_LINK;
        }

        String name() {
            if ((flags & UTF_8_NAME) != 0) {
                return new String(rawName, StandardCharsets.UTF_8);
            }
            try { // many programs write UTF-8 and don't say so
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(rawName))
                        .toString();
            } catch (CharacterCodingException e) {
                return new String(rawName, DOS);
            }
        }
    }

    /** Begins again with the first entry. */
    void restart() {
        at = 0;
        count = 0;
    }

    /** The next entry; empty at the end of the directory, and where it is {@linkplain #damage damaged}. */
    Optional<Entry> next() throws IOException {
        ByteBuffer directory = window();
        int from = (int) (at - windowAt);
        if (from + ENTRY_BYTES > directory.limit() || directory.getInt(from) != ENTRY) {
            return Optional.empty();
        }
        int nameEnd = from + ENTRY_BYTES + ZipBytes.u16(directory, from + 28);
        int extraEnd = nameEnd + ZipBytes.u16(directory, from + 30);
        int end = extraEnd + ZipBytes.u16(directory, from + 32);
        if (end > directory.limit()) {
            return Optional.empty();
        }
        byte[] name = new byte[nameEnd - from - ENTRY_BYTES];
        directory.get(from + ENTRY_BYTES, name);
        // The 64-bit field has those of these three, in this order, that do not fit.
        long[] sizes = {
            ZipBytes.u32(directory, from + 24), ZipBytes.u32(directory, from + 20), ZipBytes.u32(directory, from + 42)
        };
        widen(directory, nameEnd, extraEnd, sizes);
        at += end - from;
        count++;
        return Optional.of(new Entry(
                name,
                ZipBytes.u16(directory, from + 8),
                ZipBytes.u16(directory, from + 10),
                ZipBytes.u32(directory, from + 16),
                sizes[1],
                sizes[0],
                ZipBytes.u16(directory, from + 40),
                sizes[2] + place.shift()));
    }

    /** Why there may be more entries, after the last one. */
    Optional<Flaw> damage() throws IOException {
        ByteBuffer directory = window();
        int from = (int) (at - windowAt);
        boolean isWhole =
                at == place.bytes() || (from + 4 <= directory.limit() && directory.getInt(from) == DIRECTORY_SIGNATURE);
        return isWhole && count >= place.entries()
                ? Optional.empty()
                : Optional.of(new Flaw(
                        RejectionReason.CORRUPT,
                        "the zip is damaged: its directory says " + place.entries() + " members, but after " + count
                                + " none follows at byte " + (place.offset() + at) + ", so that members are lost"));
    }

    /** A window that has the whole next entry, if the directory does. */
    private ByteBuffer window() throws IOException {
        long needed = Math.min(place.bytes(), at + MAX_ENTRY_BYTES);
        if (at < windowAt || needed > windowAt + window.limit()) {
            window = file.read(place.offset() + at, (int) Math.min(WINDOW_BYTES, place.bytes() - at));
            windowAt = at;
        }
        return window;
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
}
