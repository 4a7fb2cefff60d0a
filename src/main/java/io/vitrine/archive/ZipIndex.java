package io.vitrine.archive;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Finds the members of a zip by its central directory, which is two or three requests. Commons Compress reads the local header of
 * each member too, which on object stores is a request each.
 */
final class ZipIndex {
    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;
    private static final int MAX_COMMENT = 0xffff;
    private static final int END = 0x06054b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END_64 = 0x06064b50;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int DIRECTORY_SIGNATURE = 0x05054b50;
    private static final int MAX_DIRECTORY_BYTES = 256 << 20;

    /** Deflate makes bytes that it can't compress a little longer. */
    private static final int MAX_PACKED_TEXT_BYTES = Member.MAX_TEXT_BYTES + (64 << 10);

    private static final long MASK_32 = 0xffffffffL;
    private static final int ENCRYPTED = 1;
    private static final int UTF_8_NAME = 1 << 11;
    private static final int UNIX_TYPE = 0xf000;
    private static final int UNIX_LINK = 0xa000;
    private static final Charset DOS = Charset.forName("IBM437");

    private final FSDataInputStream file;
    private final long length;
    private final Predicate<String> texts;
    private final ContentsBuilder contents = new ContentsBuilder();

    ZipIndex(FSDataInputStream file, long length, Predicate<String> texts) {
        this.file = file;
        this.length = length;
        this.texts = texts;
    }

    /**
     * Where the central directory is.
     *
     * @param offset in the file
     * @param entries at least so many: programs without the 64-bit fields write the last 16 bits of the number
     * @param shift bytes before the zip itself, such as a program that unpacks it
     */
    private record Directory(long offset, long bytes, long entries, long shift) {}

    /** A member as the directory describes it. */
    private record Entry(
            String name, int flags, int method, long crc, long packed, long length, int unixMode, long header) {}

    /** @throws IOException if the storage fails; a damaged archive is no error */
    ArchiveContents read() throws IOException {
        try {
            Directory directory = directory();
            if (directory.bytes > MAX_DIRECTORY_BYTES) {
                throw new ImageRejectedException(
                        RejectionReason.TOO_LARGE, "its directory has " + directory.bytes + " bytes. Split it");
            }
            ByteBuffer bytes = read(directory.offset, (int) directory.bytes);
            List<Entry> entries = new ArrayList<>();
            Optional<Flaw> damage = readEntries(bytes, directory, entries);
            return contents.build(add(entries, directory.offset).or(() -> damage));
        } catch (ImageRejectedException e) {
            return contents.build(Optional.of(new Flaw(e.reason(), e.getMessage())));
        }
    }

    private Directory directory() throws IOException, ImageRejectedException {
        int tailBytes = (int) Math.min(length, END_BYTES + MAX_COMMENT + LOCATOR_BYTES);
        long tailAt = length - tailBytes;
        ByteBuffer tail = read(tailAt, tailBytes);
        for (int at = tailBytes - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END && at + END_BYTES + u16(tail, at + 20) <= tailBytes) {
                if (at >= LOCATOR_BYTES && tail.getInt(at - LOCATOR_BYTES) == LOCATOR_64) {
                    return directory64(tail.getLong(at - LOCATOR_BYTES + 8));
                }
                long bytes = u32(tail, at + 12);
                long offset = tailAt + at - bytes;
                return within(new Directory(offset, bytes, u16(tail, at + 10), offset - u32(tail, at + 16)));
            }
        }
        throw new ImageRejectedException(
                RejectionReason.TRUNCATED, "the zip has no central directory, so none of its members can be found");
    }

    private Directory directory64(long endAt) throws IOException, ImageRejectedException {
        if (endAt < 0 || endAt > length - 56) {
            throw damaged("its 64-bit directory is beyond its end");
        }
        ByteBuffer end = read(endAt, 56);
        if (end.getInt(0) != END_64) {
            throw damaged("it has no 64-bit directory at byte " + endAt);
        }
        return within(new Directory(end.getLong(48), end.getLong(40), end.getLong(32), 0));
    }

    private Directory within(Directory directory) throws ImageRejectedException {
        if (directory.offset < 0 || directory.bytes < 0 || directory.offset > length - directory.bytes) {
            throw damaged("its directory is beyond its end");
        }
        return directory;
    }

    private static ImageRejectedException damaged(String message) {
        return new ImageRejectedException(
                RejectionReason.CORRUPT, "the zip is damaged: " + message + ", so that members are lost");
    }

    /** Adds the entries before the first damaged one. Returns the damage. */
    private static Optional<Flaw> readEntries(ByteBuffer directory, Directory place, List<Entry> entries) {
        int at = 0;
        while (at + ENTRY_BYTES <= directory.limit() && directory.getInt(at) == ENTRY) {
            int nameEnd = at + ENTRY_BYTES + u16(directory, at + 28);
            int extraEnd = nameEnd + u16(directory, at + 30);
            int end = extraEnd + u16(directory, at + 32);
            if (end > directory.limit()) {
                break;
            }
            byte[] name = new byte[nameEnd - at - ENTRY_BYTES];
            directory.get(at + ENTRY_BYTES, name);
            int flags = u16(directory, at + 8);
            // The 64-bit field has those of these three, in this order, that do not fit.
            long[] sizes = {u32(directory, at + 24), u32(directory, at + 20), u32(directory, at + 42)};
            widen(directory, nameEnd, extraEnd, sizes);
            entries.add(new Entry(
                    name(name, flags),
                    flags,
                    u16(directory, at + 10),
                    u32(directory, at + 16),
                    sizes[1],
                    sizes[0],
                    u16(directory, at + 40),
                    sizes[2] + place.shift));
            at = end;
        }
        boolean isWhole =
                at == directory.limit() || (at + 4 <= directory.limit() && directory.getInt(at) == DIRECTORY_SIGNATURE);
        return isWhole && entries.size() >= place.entries
                ? Optional.empty()
                : Optional.of(new Flaw(
                        RejectionReason.CORRUPT,
                        "the zip is damaged: its directory says " + place.entries + " members, but after "
                                + entries.size() + " none follows at byte " + (place.offset + at)
                                + ", so that members are lost"));
    }

    private static void widen(ByteBuffer directory, int from, int to, long[] sizes) {
        for (int at = from; at + 4 <= to; at += 4 + u16(directory, at + 2)) {
            if (u16(directory, at) == 1) {
                int field = at + 4;
                for (int i = 0; i < sizes.length; i++) {
                    if (sizes[i] == MASK_32 && field + 8 <= Math.min(to, at + 4 + u16(directory, at + 2))) {
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

    private Optional<Flaw> add(List<Entry> entries, long directoryAt) throws IOException {
        long[] ends = entries.stream()
                .mapToLong(Entry::header)
                .filter(header -> header < directoryAt)
                .sorted()
                .toArray();
        for (Entry entry : entries) {
            String name = Member.clean(entry.name);
            if (name.endsWith("/")) {
                continue;
            }
            int found = Arrays.binarySearch(ends, entry.header);
            long end = found >= 0 && found + 1 < ends.length ? ends[found + 1] : directoryAt;
            Optional<Flaw> full = (entry.unixMode & UNIX_TYPE) == UNIX_LINK
                    ? contents.addOther(name)
                    : contents.add(member(name, entry, end));
            if (full.isPresent()) {
                return full;
            }
        }
        return Optional.empty();
    }

    /** @param end of the member's bytes at the latest: where the next one begins */
    private Member member(String name, Entry entry, long end) throws IOException {
        Extent.Packing packing = entry.method == 0 ? Extent.Packing.ZIP_STORED : Extent.Packing.ZIP_DEFLATED;
        long span = Math.max(0, Math.min(end - entry.header, ZipMember.MAX_HEADER_BYTES + entry.packed));
        Extent extent = new Extent(packing, entry.header, span, entry.packed, entry.crc);
        Optional<Flaw> flaw = flaw(entry, span);
        boolean isText = flaw.isEmpty()
                && texts.test(name)
                && entry.length <= Member.MAX_TEXT_BYTES
                && entry.packed <= MAX_PACKED_TEXT_BYTES;
        return new Member(name, entry.length, extent, flaw, isText ? text(entry.length, extent) : Optional.empty());
    }

    private static Optional<Flaw> flaw(Entry entry, long span) {
        if ((entry.flags & ENCRYPTED) != 0) {
            return Optional.of(new Flaw(RejectionReason.UNSUPPORTED, "an encrypted member of a zip"));
        } else if (entry.method != 0 && entry.method != 8) {
            return Optional.of(new Flaw(
                    RejectionReason.UNSUPPORTED, "a member of a zip with the compression method " + entry.method));
        } else if (entry.header < 0 || span < ZipMember.HEADER_BYTES || entry.packed < 0 || span < entry.packed) {
            return Optional.of(
                    new Flaw(RejectionReason.CORRUPT, "its bytes overlap those of another member of the zip"));
        }
        return Optional.empty();
    }

    private Optional<String> text(long size, Extent extent) throws IOException {
        try {
            FileBytes range =
                    FileBytes.of(read(extent.offset(), (int) extent.span()).array());
            byte[] text = new byte[(int) size];
            ZipMember.unpack(range, extent, text, 0, text.length);
            return Optional.of(new String(text, StandardCharsets.UTF_8));
        } catch (ImageRejectedException e) {
            return Optional.empty();
        }
    }

    private ByteBuffer read(long at, int count) throws IOException {
        byte[] bytes = new byte[count];
        file.readFully(at, bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int u16(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static long u32(ByteBuffer bytes, int at) {
        return bytes.getInt(at) & MASK_32;
    }
}
