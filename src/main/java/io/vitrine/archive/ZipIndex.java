package io.vitrine.archive;

import io.vitrine.FileBytes;
import io.vitrine.ImageRejectedException;
import io.vitrine.RejectionReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Finds the members of a zip by its central directory, which is two or three requests. Commons Compress reads the local header of
 * each member too, which on object stores is a request each.
 */
final class ZipIndex {
    private static final int MAX_DIRECTORY_BYTES = 256 << 20;

    /** Deflate makes bytes that it can't compress a little longer. */
    private static final int MAX_PACKED_TEXT_BYTES = Member.MAX_TEXT_BYTES + (64 << 10);

    private final ZipBytes file;
    private final Predicate<String> texts;
    private final ContentsBuilder contents = new ContentsBuilder();

    ZipIndex(FSDataInputStream file, long length, Predicate<String> texts) {
        this.file = new ZipBytes(file, length);
        this.texts = texts;
    }

    /** @throws IOException if the storage fails; a damaged archive is no error */
    ArchiveContents read() throws IOException {
        try {
            ZipDirectory directory = ZipDirectory.find(file);
            if (directory.bytes() > MAX_DIRECTORY_BYTES) {
                throw new ImageRejectedException(
                        RejectionReason.TOO_LARGE, "its directory has " + directory.bytes() + " bytes. Split it");
            }
            return contents.build(add(new ZipEntries(file, directory), directory.offset()));
        } catch (ImageRejectedException e) {
            return contents.build(Optional.of(new Flaw(e.reason(), e.getMessage())));
        }
    }

    /** Goes through the directory twice, because a member's bytes end where those of the next one in the file begin. */
    private Optional<Flaw> add(ZipEntries entries, long directoryAt) throws IOException {
        long[] begins = begins(entries, directoryAt);
        entries.restart();
        for (int count = 0; ; count++) {
            Optional<ZipEntries.Entry> entry = entries.next();
            if (entry.isEmpty()) {
                return entries.damage();
            }
            Optional<Flaw> full = count < ContentsBuilder.MAX_MEMBERS
                    ? add(entry.get(), begins, directoryAt)
                    : Optional.of(ContentsBuilder.full());
            if (full.isPresent()) {
                return full;
            }
        }
    }

    /** Where members begin, sorted: of {@value ContentsBuilder#MAX_MEMBERS} entries at most. */
    private static long[] begins(ZipEntries entries, long directoryAt) throws IOException {
        LongStream.Builder begins = LongStream.builder();
        Optional<ZipEntries.Entry> entry = entries.next();
        for (int count = 0; entry.isPresent() && count < ContentsBuilder.MAX_MEMBERS; count++) {
            if (entry.get().header() < directoryAt) {
                begins.add(entry.get().header());
            }
            entry = entries.next();
        }
        return begins.build().sorted().toArray();
    }

    private Optional<Flaw> add(ZipEntries.Entry entry, long[] begins, long directoryAt) throws IOException {
        String name = Member.clean(entry.name());
        if (name.endsWith("/")) {
            return Optional.empty();
        }
        if (entry.isLink()) {
            return contents.addOther(name);
        }
        int found = Arrays.binarySearch(begins, entry.header());
        long end = found >= 0 && found + 1 < begins.length ? begins[found + 1] : directoryAt;
        return contents.add(member(name, entry, end));
    }

    /** @param end of the member's bytes at the latest: where the next one begins */
    private Member member(String name, ZipEntries.Entry entry, long end) throws IOException {
        Extent.Packing packing = entry.method() == 0 ? Extent.Packing.ZIP_STORED : Extent.Packing.ZIP_DEFLATED;
        long span = Math.max(0, Math.min(end - entry.header(), ZipMember.MAX_HEADER_BYTES + entry.packed()));
        Extent extent = new Extent(packing, entry.header(), span, entry.packed(), entry.crc());
        Optional<Flaw> flaw = flaw(entry, span);
        boolean isText = flaw.isEmpty()
                && texts.test(name)
                && entry.length() <= Member.MAX_TEXT_BYTES
                && entry.packed() <= MAX_PACKED_TEXT_BYTES;
        return new Member(name, entry.length(), extent, flaw, isText ? text(entry.length(), extent) : Optional.empty());
    }

    private static Optional<Flaw> flaw(ZipEntries.Entry entry, long span) {
        if (entry.isEncrypted()) {
            return Optional.of(new Flaw(RejectionReason.UNSUPPORTED, "an encrypted member of a zip"));
        } else if (entry.method() != 0 && entry.method() != 8) {
            return Optional.of(new Flaw(
                    RejectionReason.UNSUPPORTED, "a member of a zip with the compression method " + entry.method()));
        } else if (entry.header() < 0 || span < ZipMember.HEADER_BYTES || entry.packed() < 0 || span < entry.packed()) {
            return Optional.of(
                    new Flaw(RejectionReason.CORRUPT, "its bytes overlap those of another member of the zip"));
        }
        return Optional.empty();
    }

    private Optional<String> text(long size, Extent extent) throws IOException {
        try {
            FileBytes range =
                    FileBytes.of(file.read(extent.offset(), (int) extent.span()).array());
            byte[] text = new byte[(int) size];
            ZipMember.unpack(range, extent, text, 0, text.length);
            return Optional.of(new String(text, StandardCharsets.UTF_8));
        } catch (ImageRejectedException e) {
            return Optional.empty();
        }
    }
}
